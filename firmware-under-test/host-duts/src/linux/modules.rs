//! Loads kernel modules with what they depend on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::system::{delete_module, finit_module, uname};

/// `MODULE_INIT_COMPRESSED_FILE`: the kernel unpacks the file itself.
const COMPRESSED: i32 = 4;

/// Where UML's modules are, by kernel version.
const ROOTS: [&str; 2] = ["/usr/lib/uml/modules", "/lib/modules"];

fn directory() -> io::Result<PathBuf> {
    let release = uname().release().to_string_lossy().into_owned();
    ROOTS
        .iter()
        .map(|root| Path::new(root).join(&release))
        .find(|directory| directory.join("modules.dep").exists())
        .ok_or_else(|| io::Error::other(format!("no modules of kernel {release} in {ROOTS:?}")))
}

/// Loads these modules. One that is built in is not listed and needs nothing.
pub fn load(names: &[&str]) -> io::Result<()> {
    let directory = directory()?;
    let index = fs::read_to_string(directory.join("modules.dep"))?;
    for name in names {
        for file in chain(&index, |module| module == *name) {
            insert(&directory.join(file))?;
        }
    }
    Ok(())
}

/// Loads every module whose name starts with `prefix`.
pub fn load_family(prefix: &str) -> io::Result<()> {
    let directory = directory()?;
    let index = fs::read_to_string(directory.join("modules.dep"))?;
    for file in chain(&index, |module| module.starts_with(prefix)) {
        insert(&directory.join(file))?;
    }
    Ok(())
}

/// Takes a module out; what it kept goes with it.
pub fn unload(name: &str) -> io::Result<()> {
    let name = std::ffi::CString::new(name)?;
    Ok(delete_module(&name, OFlags::NONBLOCK.bits() as i32)?)
}

/// The files of the modules chosen, each after what it depends on.
///
/// A line of modules.dep is `file: dependency dependency...`, with the
/// dependency that must be loaded first standing last.
fn chain(index: &str, chosen: impl Fn(&str) -> bool) -> Vec<&str> {
    let lines = index.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(file, _)| chosen(&module_name(file)))
        .flat_map(|(file, dependencies)| {
            let dependencies = dependencies.split_whitespace().rev();
            dependencies.chain([file])
        })
        .collect()
}

/// `kernel/net/6lowpan/nhc_udp.ko.xz` is module nhc_udp; file names may have dashes.
fn module_name(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.split(".ko").next().unwrap_or(name);
    name.replace('-', "_")
}

fn insert(file: &Path) -> io::Result<()> {
    if is_loaded(file) {
        return Ok(());
    }
    let module = open(file, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let plain = file.extension().is_some_and(|extension| extension == "ko");
    let flags = if plain { 0 } else { COMPRESSED };
    match finit_module(&module, c"", flags) {
        Ok(()) | Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(io::Error::other(format!("{}: {error}", file.display()))),
    }
}

/// Whether the kernel has this module. Asked first, since the kernel itself would
/// find out only after it has read the file.
fn is_loaded(file: &Path) -> bool {
    let name = module_name(&file.to_string_lossy());
    Path::new("/sys/module").join(name).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "\
kernel/lib/crc-ccitt.ko:
kernel/net/6lowpan/6lowpan.ko: kernel/net/ipv6/ipv6.ko kernel/lib/crc-ccitt.ko
kernel/net/6lowpan/nhc_udp.ko.xz: kernel/net/6lowpan/6lowpan.ko kernel/net/ipv6/ipv6.ko kernel/lib/crc-ccitt.ko
";

    #[test]
    fn dependencies_come_first() {
        assert_eq!(
            chain(INDEX, |module| module.starts_with("nhc_")),
            [
                "kernel/lib/crc-ccitt.ko",
                "kernel/net/ipv6/ipv6.ko",
                "kernel/net/6lowpan/6lowpan.ko",
                "kernel/net/6lowpan/nhc_udp.ko.xz",
            ]
        );
        assert_eq!(
            chain(INDEX, |module| module == "crc_ccitt"),
            ["kernel/lib/crc-ccitt.ko"]
        );
    }
}
