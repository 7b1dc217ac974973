//! The inputs of the Action, from the environment that `action.yml` sets. A workflow writes them by hand: blanks and
//! line ends around a value count for nothing, and keywords have any case.

use std::ffi::OsString;

use clap::ValueEnum;

use super::reports::Form;
use super::revision::Revision;
use crate::cli::check::PolicyFrom;
use crate::cli::exit::FailOn;
use crate::cli::failure::Failure;
use crate::sources::net::Network;

/// What the run compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// The base of the event.
    Event,
    /// Nothing: the whole repository is checked.
    None,
    /// A revision that the workflow names.
    Revision(Revision),
}

/// The inputs, each with its default if it is left out or empty.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) since: Since,
    pub(super) working_directory: String,
    pub(super) policy: Option<String>,
    pub(super) policy_from: PolicyFrom,
    pub(super) fail_on: FailOn,
    pub(super) formats: Vec<Form>,
    pub(super) online: bool,
    pub(super) api_url: String,
}

impl Inputs {
    /// Reads the inputs. Returns every error beside them; an input with an error has its default.
    pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> (Self, Vec<Failure>) {
        let text = |name: &str| {
            let value = variable(name).unwrap_or_default();
            value.to_string_lossy().trim().to_owned()
        };
        let or = |value: String, default: &str| match value.is_empty() {
            true => default.to_owned(),
            false => value,
        };
        let mut failures = Vec::new();
        let mut inputs = Inputs {
            since: Since::Event,
            working_directory: or(text("BAILIWICK_WORKING_DIRECTORY"), "."),
            policy: Some(text("BAILIWICK_POLICY")).filter(|policy| !policy.is_empty()),
            policy_from: PolicyFrom::Base,
            fail_on: FailOn::Error,
            formats: vec![Form::Annotations, Form::Summary, Form::Sarif],
            online: false,
            api_url: or(text("GITHUB_API_URL"), Network::GITHUB),
        };
        let mut set = |result: Result<(), Failure>| failures.extend(result.err());
        set(since(&text("BAILIWICK_SINCE")).map(|since| inputs.since = since));
        set(
            choice("policy-from", &text("BAILIWICK_POLICY_FROM")).map(|side| {
                inputs.policy_from = side.unwrap_or(PolicyFrom::Base);
            }),
        );
        set(choice("fail-on", &text("BAILIWICK_FAIL_ON")).map(|level| {
            inputs.fail_on = level.unwrap_or(FailOn::Error);
        }));
        set(formats(&text("BAILIWICK_FORMATS")).map(|formats| {
            if !formats.is_empty() {
                inputs.formats = formats;
            }
        }));
        set(boolean("online", &text("BAILIWICK_ONLINE")).map(|online| inputs.online = online));
        (inputs, failures)
    }
}

fn since(value: &str) -> Result<Since, Failure> {
    if value.is_empty() || value.eq_ignore_ascii_case("event") {
        return Ok(Since::Event);
    }
    if value.eq_ignore_ascii_case("none") {
        return Ok(Since::None);
    }
    let revision = Revision::parse(value).map_err(|why| {
        Failure::new(
            format!("the input `since` names no revision: `{value}` {why}"),
            "write `event`, `none`, or a branch, a tag or a commit such as `main`, `v1.0` or `HEAD~1`",
        )
    })?;
    Ok(Since::Revision(revision))
}

/// The formats of a list that is separated by commas, blanks or line ends.
fn formats(value: &str) -> Result<Vec<Form>, Failure> {
    let names = value.split(|c: char| c == ',' || c.is_whitespace());
    let forms = names.map(|name| choice::<Form>("formats", name));
    let forms: Result<Vec<_>, _> = forms.collect();
    Ok(forms?.into_iter().flatten().collect())
}

/// The value of this name; none if it is empty.
fn choice<T: ValueEnum>(input: &str, value: &str) -> Result<Option<T>, Failure> {
    if value.is_empty() {
        return Ok(None);
    }
    T::from_str(value, true).map(Some).map_err(|_| {
        let names = T::value_variants()
            .iter()
            .filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|it| format!("`{}`", it.get_name())).collect();
        unknown(input, value, &names.join(", "))
    })
}

fn boolean(input: &str, value: &str) -> Result<bool, Failure> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "" | "false" => Ok(false),
        _ => Err(unknown(input, value, "`true`, `false`")),
    }
}

fn unknown(input: &str, value: &str, names: &str) -> Failure {
    Failure::new(
        format!("the input `{input}` does not accept `{value}`"),
        format!("use one of {names}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> (Inputs, Vec<Failure>) {
        Inputs::read(|asked| (asked == name).then(|| value.into()))
    }

    #[test]
    fn accepts_blanks_lines_and_any_case() {
        use Form::{Annotations, Sarif, Summary};
        for (value, expected) in [
            ("", vec![Annotations, Summary, Sarif]),
            (" \n", vec![Annotations, Summary, Sarif]),
            ("annotations, summary", vec![Annotations, Summary]),
            ("\nannotations\nsummary\n", vec![Annotations, Summary]),
            (" SARIF ,,\tSummary,\r\n", vec![Sarif, Summary]),
        ] {
            let (inputs, failures) = read("BAILIWICK_FORMATS", value);
            assert_eq!((inputs.formats, failures.len()), (expected, 0), "{value:?}");
        }
        for (value, expected) in [
            ("True", true),
            (" true\n", true),
            ("FALSE", false),
            ("", false),
        ] {
            let (inputs, failures) = read("BAILIWICK_ONLINE", value);
            assert_eq!((inputs.online, failures.len()), (expected, 0), "{value:?}");
        }
        assert_eq!(
            read("BAILIWICK_FAIL_ON", " Never\n").0.fail_on,
            FailOn::Never
        );
        assert_eq!(
            read("BAILIWICK_POLICY_FROM", "HEAD ").0.policy_from,
            PolicyFrom::Head
        );
        assert_eq!(read("BAILIWICK_SINCE", " None ").0.since, Since::None);
        assert_eq!(read("BAILIWICK_SINCE", "Event").0.since, Since::Event);
        assert_eq!(
            read("BAILIWICK_WORKING_DIRECTORY", " a/b\n")
                .0
                .working_directory,
            "a/b"
        );
        assert_eq!(read("BAILIWICK_POLICY", " ").0.policy, None);
    }

    #[test]
    fn reports_every_error_with_the_accepted_values() {
        let (_, failures) = Inputs::read(|name| match name {
            "BAILIWICK_SINCE" => Some("--upload-pack=touch x".into()),
            "BAILIWICK_FORMATS" => Some("sarif,html".into()),
            "BAILIWICK_ONLINE" => Some("yes".into()),
            "BAILIWICK_FAIL_ON" => Some("fatal".into()),
            "BAILIWICK_POLICY_FROM" => Some("tip".into()),
            _ => None,
        });
        let text: Vec<String> = failures.iter().map(Failure::text).collect();
        let inputs = ["since", "policy-from", "fail-on", "formats", "online"];
        assert_eq!(text.len(), inputs.len(), "{text:?}");
        for (text, input) in text.iter().zip(inputs) {
            assert!(text.contains(&format!("the input `{input}`")), "{text}");
            assert!(text.contains("help: ") && !text.contains("--f"), "{text}");
        }
        assert!(
            text[3].contains("`html`") && text[3].contains("`annotations`"),
            "{}",
            text[3]
        );
    }
}
