//! `required-version`: whether this program is one that the policy was written for.

use semver::{Prerelease, Version, VersionReq};

/// Why a requirement does not let this program go on: what is wrong, and the way out.
#[derive(Debug, PartialEq)]
pub(super) enum Refusal {
    /// It is no requirement.
    Malformed(String, String),
    /// It asks for another version, so that nothing else in the file can be judged.
    Unsatisfied(String, String),
}

/// Checks a requirement, such as `>=0.1`, against this version of the program.
pub(super) fn check(requirement: &str, version: &str) -> Result<(), Refusal> {
    let Ok(required) = VersionReq::parse(requirement) else {
        let message = format!(
            "{} is no version requirement",
            super::error::quoted(requirement)
        );
        let help = "write one such as `>=0.1` or `>=0.1, <2`";
        return Err(Refusal::Malformed(message, help.into()));
    };
    let satisfied = Version::parse(version).is_ok_and(|mut version| {
        // A release candidate has what its release will have.
        version.pre = Prerelease::EMPTY;
        required.matches(&version)
    });
    if satisfied {
        return Ok(());
    }
    let message = format!("the policy requires bailiwick `{required}`, and this is {version}");
    let help = "install a version that the policy accepts, or change `required-version`";
    Err(Refusal::Unsatisfied(message, help.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_hold_or_do_not() {
        let table = [
            (">=0.1", "0.1.0", Some(true)),
            (">=0.2", "0.2.0-rc.1", Some(true)),
            (">=0.2, <0.4", "0.5.0", Some(false)),
            ("0.1", "0.1.9", Some(true)),
            ("*", "0.1.0", Some(true)),
            ("", "0.1.0", None),
            ("latest", "0.1.0", None),
        ];
        for (requirement, version, expected) in table {
            let found = match check(requirement, version) {
                Ok(()) => Some(true),
                Err(Refusal::Unsatisfied(..)) => Some(false),
                Err(Refusal::Malformed(..)) => None,
            };
            assert_eq!(found, expected, "{requirement} {version}");
        }
    }
}
