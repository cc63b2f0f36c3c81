//! Where the catalogue and the ports lie, and what stands in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sixlo_harness::catalogue::figure2::Figure;
use sixlo_harness::catalogue::{self, Catalogue, Parameters, Port, Reported};
use sixlo_harness::compare::figure2::{Counterpart, counterparts};

/// The draft's own figures.
const FIGURE2: &str = "testcases/figure2.yaml";

/// The folder that holds testcases/ and firmware-under-test/.
#[derive(Debug, Clone)]
pub struct House {
    root: PathBuf,
}

impl House {
    /// The folder given, or the first one upwards from here.
    pub fn find(given: Option<&Path>) -> anyhow::Result<House> {
        let is_house = |folder: &&Path| folder.join("testcases/rows.yaml").is_file();
        if let Some(root) = given {
            if !is_house(&root) {
                bail!(
                    "--root {}: no testcases/rows.yaml there (allowed: a checkout of sixlo)",
                    root.display()
                );
            }
            return Ok(House {
                root: root.to_owned(),
            });
        }
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        match here.ancestors().find(is_house) {
            // Relative where it can be, so that places in messages stay short.
            Some(root) if root == here => Ok(House {
                root: PathBuf::new(),
            }),
            Some(root) => Ok(House {
                root: root.to_owned(),
            }),
            None => bail!(
                "no testcases/rows.yaml in {} or above it: start in a checkout of sixlo, \
                 or name one with --root",
                here.display()
            ),
        }
    }

    /// A folder of it.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn catalogue(&self, parameters: &Parameters) -> anyhow::Result<Catalogue> {
        Ok(catalogue::load(&self.root.join("testcases"), parameters)?)
    }

    /// A case's YAML by its path in the catalogue.
    pub fn case_text(&self, path: &str) -> anyhow::Result<String> {
        let path = self.root.join("testcases").join(format!("{path}.yaml"));
        Ok(catalogue::read_text(&path)?)
    }

    pub fn ports(&self) -> anyhow::Result<Vec<Port>> {
        let mut ports = catalogue::load_ports(&self.root.join("firmware-under-test/ports"))?;
        for dut in ports.iter_mut().flat_map(|port| &mut port.duts) {
            *dut = dut.clone().rooted(&self.root);
        }
        Ok(ports)
    }

    /// The ports, their known deviations held against the catalogue.
    pub fn checked_ports(&self, catalogue: &Catalogue) -> anyhow::Result<Vec<Port>> {
        let ports = self.ports()?;
        catalogue::check_known(catalogue, &ports)?;
        Ok(ports)
    }

    /// The draft's own figures, and which devices have a counterpart in them.
    pub fn figure2(&self) -> anyhow::Result<(Figure, Vec<Counterpart>)> {
        let catalogue = self.catalogue(&Parameters::default())?;
        let figure = Figure::read(&self.root.join(FIGURE2), &catalogue.rows)?;
        let ports = self.root.join("firmware-under-test/ports");
        let counterparts = counterparts(&ports, &self.ports()?, &figure)?;
        Ok((figure, counterparts))
    }

    /// What others have written of stacks, those without a device among them.
    pub fn reported(&self, catalogue: &Catalogue, ports: &[Port]) -> anyhow::Result<Vec<Reported>> {
        let figure = match self.has_figure2() {
            true => Some(Figure::read(&self.root.join(FIGURE2), &catalogue.rows)?),
            false => None,
        };
        let root = self.root.join("firmware-under-test/ports");
        let rows = &catalogue.rows;
        Ok(catalogue::load_reported(
            &root,
            figure.as_ref(),
            rows,
            ports,
        )?)
    }

    /// Whether it has the draft's figures: only what names them needs them.
    pub fn has_figure2(&self) -> bool {
        self.root.join(FIGURE2).exists()
    }

    /// The plan of the self-test: the one port folder that has a selftest.yaml.
    pub fn selftest_plan(&self) -> anyhow::Result<PathBuf> {
        let ports = self.root.join("firmware-under-test/ports");
        let plans = self.ports()?.into_iter();
        plans
            .map(|port| ports.join(port.folder).join("selftest.yaml"))
            .find(|plan| plan.is_file())
            .with_context(|| format!("no selftest.yaml in any folder of {}", ports.display()))
    }
}
