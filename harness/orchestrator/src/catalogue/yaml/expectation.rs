//! `then`: what must, may or must not be seen.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::At;
use super::scalar::{Mark, Time, mark};

/// One of `then`: one key that says what, and perhaps `within` and `verdict`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Keys {
    #[serde(deserialize_with = "mark")]
    echo_reply: Option<Mark>,
    restored: Option<Pattern>,
    advertisement: Option<Pattern>,
    frame: Option<Pattern>,
    #[serde(deserialize_with = "mark")]
    not_taken: Option<Mark>,
    never: Option<Pattern>,
    encoded: Option<Pattern>,
    forwarded: Option<Pattern>,
    frame_count: Option<FrameCount>,
    counts_up: Option<CountsUp>,
    quoted_chain: Option<Vec<u8>>,
    #[serde(deserialize_with = "mark")]
    class_unsupported: Option<Mark>,
    #[serde(deserialize_with = "mark")]
    alive: Option<Mark>,
    any_of: Option<Vec<At<Expectation>>>,
    at_most_one: Option<Box<At<Expectation>>>,
    within: Option<Time>,
    verdict: Option<Verdict>,
}

/// One of `then`.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// What.
    pub what: What,
    /// How late at most.
    pub within: Option<Time>,
    /// Inside `any-of`: what it means.
    pub verdict: Option<Verdict>,
}

/// What is to be seen, or not.
#[derive(Debug, Clone)]
pub enum What {
    /// `echo-reply`.
    EchoReply,
    /// `restored`.
    Restored(Pattern),
    /// `advertisement`.
    Advertisement(Pattern),
    /// `frame`.
    Frame(Pattern),
    /// `not-taken`.
    NotTaken,
    /// `never`.
    Never(Pattern),
    /// `encoded`.
    Encoded(Pattern),
    /// `forwarded`.
    Forwarded(Pattern),
    /// `frame-count`.
    FrameCount(FrameCount),
    /// `counts-up`.
    CountsUp(CountsUp),
    /// `quoted-chain`.
    QuotedChain(Vec<u8>),
    /// `class-unsupported`.
    ClassUnsupported,
    /// `alive`.
    Alive,
    /// `any-of`.
    AnyOf(Vec<At<Expectation>>),
    /// `at-most-one`.
    AtMostOne(Box<At<Expectation>>),
}

/// How many frames have these fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FrameCount {
    /// At least.
    #[serde(default)]
    pub at_least: u32,
    /// At most; any number where it is left out.
    pub at_most: Option<u32>,
    /// The fields.
    pub fields: Pattern,
}

/// A field that goes up by one with each datagram.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountsUp {
    /// Its dotted name.
    pub field: At<String>,
    /// Where it starts again from 0.
    pub modulo: u32,
}

/// What an alternative means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Right.
    Pass,
    /// Right, with a deviation to note.
    Deviation,
    /// Wrong value.
    Fail,
    /// Undecided.
    Inconc,
}

/// The names of expectations without fields.
const BARE: &[&str] = &[
    "echo-reply",
    "not-taken",
    "class-unsupported",
    "alive",
    "forwarded",
];

impl Expectation {
    fn from_keys(keys: Keys) -> Result<Expectation, &'static str> {
        let mut all = [
            keys.echo_reply.map(|Mark| What::EchoReply),
            keys.restored.map(What::Restored),
            keys.advertisement.map(What::Advertisement),
            keys.frame.map(What::Frame),
            keys.not_taken.map(|Mark| What::NotTaken),
            keys.never.map(What::Never),
            keys.encoded.map(What::Encoded),
            keys.forwarded.map(What::Forwarded),
            keys.frame_count.map(What::FrameCount),
            keys.counts_up.map(What::CountsUp),
            keys.quoted_chain.map(What::QuotedChain),
            keys.class_unsupported.map(|Mark| What::ClassUnsupported),
            keys.alive.map(|Mark| What::Alive),
            keys.any_of.map(What::AnyOf),
            keys.at_most_one.map(What::AtMostOne),
        ]
        .into_iter()
        .flatten();
        match (all.next(), all.next()) {
            (Some(what), None) => Ok(Expectation {
                what,
                within: keys.within,
                verdict: keys.verdict,
            }),
            _ => Err("an expectation says one thing (such as `echo-reply` or `restored: { … }`)"),
        }
    }
}

impl<'de> Deserialize<'de> for Expectation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expectations;

        impl<'de> Visitor<'de> for Expectations {
            type Value = Expectation;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an expectation (such as `echo-reply`, `restored: { … }`)")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Expectation, E> {
                let what = match name {
                    "echo-reply" => What::EchoReply,
                    "not-taken" => What::NotTaken,
                    "class-unsupported" => What::ClassUnsupported,
                    "alive" => What::Alive,
                    "forwarded" => What::Forwarded(Pattern::default()),
                    _ => return Err(E::unknown_variant(name, BARE)),
                };
                Ok(Expectation {
                    what,
                    within: None,
                    verdict: None,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Expectation, A::Error> {
                let keys = Keys::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Expectation::from_keys(keys).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(Expectations)
    }
}

/// Fields by group and name, and what each must be.
#[derive(Debug, Clone, Default)]
pub struct Pattern(pub Vec<(String, At<Wanted>)>);

/// What a field must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A number.
    Number(u64),
    /// Octets, an address, `same`, `present`, `absent`, `pixit.…`.
    Text(String),
    /// Any of these.
    AnyOf(Vec<Wanted>),
    /// Within these bounds, both inclusive.
    Between(u64, u64),
}

/// A value, or fields whose names go on.
enum Tree {
    Leaf(Wanted),
    Fields(Vec<(String, At<Tree>)>),
}

impl Tree {
    /// Appends the leaves, each with its whole name.
    fn flatten(self, name: String, at: At<()>, leaves: &mut Vec<(String, At<Wanted>)>) {
        match self {
            Tree::Leaf(value) => {
                leaves.push((name, At::new(value, at.referenced, at.defined)));
            }
            Tree::Fields(fields) => {
                for (field, value) in fields {
                    let name = match name.as_str() {
                        "" => field,
                        name => format!("{name}.{field}"),
                    };
                    let at = At::new((), value.referenced, value.defined);
                    value.value.flatten(name, at, leaves);
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tree = At::<Tree>::deserialize(deserializer)?;
        let mut pattern = Pattern::default();
        if let Tree::Leaf(_) = tree.value {
            return Err(de::Error::custom(
                "fields stand in groups (such as `{ ipv6: { hop_limit: 37 } }`)",
            ));
        }
        let at = At::new((), tree.referenced, tree.defined);
        tree.value.flatten(String::new(), at, &mut pattern.0);
        Ok(pattern)
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Trees;

        impl<'de> Visitor<'de> for Trees {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a number, octets in quotes, an address, `same`, `present`, `absent`, a list, \
                     `{ between: [1, 9] }`, or further fields",
                )
            }

            fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
                Ok(Tree::Leaf(Wanted::Number(number)))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Tree, E> {
                match u64::try_from(number) {
                    Ok(number) => self.visit_u64(number),
                    Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
                }
            }

            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Leaf(Wanted::Text(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element::<Tree>()? {
                    match one {
                        Tree::Leaf(value) => all.push(value),
                        Tree::Fields(_) => return Err(de::Error::custom("a list holds values")),
                    }
                }
                Ok(Tree::Leaf(Wanted::AnyOf(all)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut fields = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "between" && fields.is_empty() {
                        let (low, high) = map.next_value()?;
                        if map.next_key::<String>()?.is_some() {
                            return Err(de::Error::custom("`between` stands alone"));
                        }
                        return Ok(Tree::Leaf(Wanted::Between(low, high)));
                    }
                    fields.push((name, map.next_value()?));
                }
                Ok(Tree::Fields(fields))
            }
        }

        deserializer.deserialize_any(Trees)
    }
}
