//! What a column's maker claims.

use serde::Deserialize;
use serde_saphyr::Location;
use sixlo_judge::name::Topic;

use super::At;

/// `claims`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// 0 to 5, or `none`.
    pub level: At<String>,
    /// Rows beyond the level.
    #[serde(default)]
    pub rows: Vec<String>,
    /// Rows of the level that are not claimed.
    #[serde(default)]
    pub except: Vec<String>,
}

impl Claims {
    /// What they come to; or what is wrong with them, and where.
    pub fn read(self) -> Result<sixlo_judge::profile::Claims, (Location, String)> {
        let level = match self.level.value.as_str() {
            "none" => None,
            text => match text.parse() {
                Ok(level @ 0..=5) => Some(level),
                _ => {
                    let text = format!("`{text}` is no level (0 to 5, or none)");
                    return Err((self.level.referenced, text));
                }
            },
        };
        let topics = |all: Vec<String>| all.into_iter().map(Topic).collect();
        Ok(sixlo_judge::profile::Claims {
            level,
            rows: topics(self.rows),
            except: topics(self.except),
        })
    }
}
