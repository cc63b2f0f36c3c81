//! Maps that are laid over other maps: a sweep's row over the case's first `send`.

use serde_saphyr::Spanned;

/// What happens where two descriptions speak of the same thing.
pub trait Layer: Sized {
    /// `self` laid over `base`. Maps are merged; any other value replaces.
    #[must_use]
    fn over(self, _base: Self) -> Self {
        self
    }
}

impl<T: Layer> Layer for Option<T> {
    fn over(self, base: Self) -> Self {
        match (self, base) {
            (Some(over), Some(base)) => Some(over.over(base)),
            (over, base) => over.or(base),
        }
    }
}

impl<T: Layer> Layer for Spanned<T> {
    fn over(self, base: Self) -> Self {
        Spanned {
            value: self.value.over(base.value),
            ..self
        }
    }
}

impl<T: Layer> Layer for Box<T> {
    fn over(self, base: Self) -> Self {
        Box::new((*self).over(*base))
    }
}

impl<T> Layer for Vec<T> {}
impl Layer for String {}
impl Layer for bool {}
impl Layer for u8 {}
impl Layer for u16 {}
impl Layer for u32 {}
impl Layer for u64 {}

/// A map all of whose keys may be left out, and which can be laid over another one.
macro_rules! layered {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, serde::Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: Option<$type>,)*
        }

        impl $crate::catalogue::yaml::Layer for $name {
            fn over(self, base: Self) -> Self {
                $name {
                    $($field: $crate::catalogue::yaml::Layer::over(self.$field, base.$field),)*
                }
            }
        }
    };
}

pub(super) use layered;
