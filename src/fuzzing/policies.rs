//! Policies with what they extend and name: a base policy, a roster and a catalog.
//!
//! An input holds up to five files, separated by bytes 0: `bailiwick.toml`, `base.toml`, `people.toml`,
//! `catalog.toml` and `service.toml`. Each error points into its file; two readings are equal; comments and line
//! ends change nothing; what is no TOML is an error; a plain level holds as it is written.
//! The planted fault: a level `"error"` is read as `"warning"`.

use std::collections::BTreeMap;

use crate::facts::{Gap, GapKind, Place};
use crate::policy::{Attributes, Level, Policy, PolicyErrors, PolicyFiles};
use crate::rules::{RETIRED, specs};
use crate::sources::{RosterError, catalog, rosters};
use crate::text::{RepoPath, Text};

use super::Code;

const NAMES: [&str; 4] = ["bailiwick.toml", "base.toml", "people.toml", "catalog.toml"];

struct Files(BTreeMap<RepoPath, Vec<u8>>);

impl PolicyFiles for Files {
    fn read(&self, path: &RepoPath) -> Result<Vec<u8>, Gap> {
        let found = self.0.get(path).cloned();
        found.ok_or_else(|| Gap::new(GapKind::Absent, "there is no such file").at(path.clone()))
    }
}

impl Files {
    /// The same files after a change to each.
    fn map(&self, change: impl Fn(&[u8]) -> Vec<u8>) -> Files {
        let files = self
            .0
            .iter()
            .map(|(path, text)| (path.clone(), change(text)));
        Files(files.collect())
    }
}

pub(super) fn check(data: &[u8], code: Code) {
    let data = super::repeated(data);
    let mut parts = super::parts(&data);
    let names = NAMES.iter().map(|name| RepoPath::from(*name));
    let files = Files(names.zip(parts.by_ref().map(<[u8]>::to_vec)).collect());
    service_file(parts.next().unwrap_or_default());

    let seen = match code {
        Code::Real => files.map(<[u8]>::to_vec),
        Code::Planted => files.map(|text| replaced(text, "\"error\"", "\"warning\"")),
    };
    let read = outcome(&seen);
    assert_eq!(read, outcome(&seen), "two readings differ");
    plain_levels_hold(&files, &read);

    let commented = seen.map(|text| [text, b"\n# a comment\n"].concat());
    if read.is_ok() {
        assert_eq!(read, outcome(&commented), "a comment changes the policy");
    }
    // In a text of several lines a line end is part of the text.
    let is_plain = |text: &Vec<u8>| {
        let has = |part: &[u8]| memchr::memmem::find(text, part).is_some();
        !has(b"\"\"\"") && !has(b"'''") && !has(b"\r")
    };
    if read.is_ok() && seen.0.values().all(is_plain) {
        let windows = seen.map(|text| replaced(text, "\n", "\r\n"));
        assert_eq!(read, outcome(&windows), "line ends change the policy");
    }
}

fn replaced(text: &[u8], from: &str, to: &str) -> Vec<u8> {
    match std::str::from_utf8(text) {
        Ok(text) => text.replace(from, to).into_bytes(),
        Err(_) => text.to_vec(),
    }
}

/// What holds, or that there are errors.
#[derive(Debug, PartialEq)]
struct Outcome {
    levels: Vec<(&'static str, [Level; 3])>,
    exceptions: usize,
    people: Vec<String>,
    services: Vec<String>,
}

fn outcome(files: &Files) -> Result<Outcome, String> {
    let specs = specs();
    let path = RepoPath::from(NAMES[0]);
    let policy = Policy::load(&path, files, &specs, &RETIRED).map_err(|errors| {
        errors_point_into_their_files(&errors);
        errors.to_string()
    })?;
    let main = files.0.get(&path).map(Vec::as_slice).unwrap_or_default();
    let main = main.strip_prefix(b"\xef\xbb\xbf").unwrap_or(main);
    let text = std::str::from_utf8(main).expect("a policy that was read is UTF-8");
    let is_toml = text.parse::<toml::Table>().is_ok();
    assert!(is_toml, "a policy was read that is no TOML");

    let people = rosters(&policy.reading, files).map_err(|errors| roster_errors(&errors))?;
    let declared = catalog::declared(&policy.reading, Some(Place::File(path)), files);
    let (catalog, more) = declared.map_err(|errors| roster_errors(&errors))?;
    let logins = people.iter().chain(&more).flat_map(|roster| {
        let people = roster.people.iter().map(|person| format!("{person:?}"));
        people.chain(roster.teams.iter().map(|team| format!("{team:?}")))
    });
    let folder: &[&[u8]] = &[b"src/a.rs"];
    let subjects = [
        Attributes::default(),
        Attributes {
            paths: folder,
            owners: &["@acme/core"],
            repository: "shop",
            ..Attributes::default()
        },
        Attributes {
            services: &["payments"],
            tier: Some(1),
            ..Attributes::default()
        },
    ];
    let levels = specs.iter().map(|spec| {
        let level = |subject: &Attributes<'_>| policy.judging.at(spec.id, subject).level;
        (
            spec.id,
            [
                level(&subjects[0]),
                level(&subjects[1]),
                level(&subjects[2]),
            ],
        )
    });
    Ok(Outcome {
        levels: levels.collect(),
        exceptions: policy.judging.exceptions().len(),
        people: logins.map(without_places).collect(),
        services: catalog
            .services
            .iter()
            .map(|it| it.name.to_string())
            .collect(),
    })
}

/// A text without line ends that are part of an excerpt.
fn without_places(text: String) -> String {
    text.replace("\\r", "")
}

fn errors_point_into_their_files(errors: &PolicyErrors) {
    assert!(errors.iter().next().is_some(), "a refusal without an error");
    for error in errors {
        let size = error.text.bytes().len();
        let span = error.span;
        assert!(
            span.start <= span.end && span.end <= size,
            "`{}` is at {span:?} of {size} bytes",
            error.message
        );
        assert!(!error.message.is_empty());
        let shown = error.to_string();
        let is_unseen = |c: char| c != '\n' && c.is_control();
        assert!(
            !shown.contains(is_unseen),
            "an error is not escaped: {shown:?}"
        );
    }
}

fn roster_errors(errors: &[RosterError]) -> String {
    let texts = errors.iter().map(|error| match error {
        RosterError::Faulty(errors) => {
            errors_point_into_their_files(errors);
            errors.to_string()
        }
        RosterError::Unreadable(_, gap) => gap.reason.clone(),
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// A service, or what is wrong with it.
fn service_file(text: &[u8]) {
    let path = RepoPath::from("service.toml");
    let (service, faults) = catalog::read_service_file(&Text::new(path, text.to_vec()));
    assert!(
        service.is_some() == faults.is_empty(),
        "a service.toml is a service, or it has faults"
    );
}

/// `[rules] "family/name" = "error"` holds for every subject of a policy without anything that could change it.
fn plain_levels_hold(files: &Files, read: &Result<Outcome, String>) {
    let Ok(read) = read else {
        return;
    };
    let text = files.0.get(&RepoPath::from(NAMES[0]));
    let text = text.map(Vec::as_slice).unwrap_or_default();
    let table = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<toml::Table>().ok());
    let is_plain = |table: &toml::Table| {
        !["extends", "overrides"]
            .iter()
            .any(|key| table.contains_key(*key))
    };
    let Some(table) = table.filter(is_plain) else {
        return;
    };
    let Some(rules) = table.get("rules").and_then(toml::Value::as_table) else {
        return;
    };
    for (rule, level) in rules {
        let found = read.levels.iter().find(|(id, _)| id == rule);
        let (Some((_, levels)), Some(level)) = (found, level.as_str()) else {
            continue;
        };
        let family = rule.split('/').next().unwrap_or_default();
        if rules.contains_key(&format!("{family}/*")) || rules.contains_key("*") {
            continue;
        }
        for found in levels {
            assert_eq!(found.to_string(), level, "the level of `{rule}`");
        }
    }
}
