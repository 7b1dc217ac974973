//! Every shape of a first policy is one that the program reads.

use std::collections::BTreeSet;

use expect_test::expect;
use jiff::civil::date;

use super::*;
use crate::answers::{
    Coverage, DocumentsSeen, ExcludeSeen, FolderSeen, OwnersSeen, RootSeen, ServicesSeen,
};
use crate::facts::{Gap, GapKind, Location, Place};
use crate::policy::{Policy, PolicyFiles};
use crate::rules;
use crate::text::{RepoPath, Span, Text};

const DRAFT: Draft = Draft {
    stage: Stage::Recommended,
    excludes: true,
    baseline: None,
    day: date(2026, 1, 15),
};

fn written(survey: &Survey, draft: &Draft) -> String {
    let mut text = Vec::new();
    policy(survey, draft, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The policy with all that is off switched on.
fn switched_on(policy: &str) -> String {
    let lines = policy.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

struct Only<'a>(&'a str);

impl PolicyFiles for Only<'_> {
    fn read(&self, _: &RepoPath) -> Result<Vec<u8>, crate::facts::Gap> {
        Ok(self.0.as_bytes().to_vec())
    }

    fn place(&self, path: &RepoPath) -> Place {
        Place::File(path.clone())
    }
}

fn assert_loads(policy: &str) -> Policy {
    let path = RepoPath::from("bailiwick.toml");
    Policy::load(&path, &Only(policy), &rules::specs(), &rules::RETIRED)
        .unwrap_or_else(|errors| panic!("{errors:?} in\n{policy}"))
}

fn folder(folder: &str, files: usize) -> FolderSeen {
    FolderSeen {
        folder: folder.into(),
        files,
    }
}

/// That a line runs something; `name` is part of the names of the file and of what runs it.
fn run(name: &str) -> Location {
    let text = Text::new(
        format!("deploy{name}/k8s.yaml").as_str().into(),
        b"image: pay\n".to_vec(),
    );
    Location {
        excerpt: Some(text.excerpt(Span::new(7, 10))),
        ..Location::file(
            text.path().clone(),
            format!("a {name}Deployment runs its image"),
        )
    }
}

fn root(folder: &str, folders: usize, name: &str) -> RootSeen {
    RootSeen {
        pattern: pattern_of_folder(&folder.into())
            .trim_end_matches('/')
            .to_owned(),
        folders,
        evidence: Some(run(name)),
    }
}

/// Nothing but services.
fn only(services: ServicesSeen) -> Survey {
    Survey {
        services,
        ..Survey::default()
    }
}

/// A survey that saw something of everything; `name` is part of all names.
fn everything(name: &str) -> Survey {
    let exclude = |pattern: String, kind| ExcludeSeen {
        pattern,
        files: 1234,
        kind,
    };
    Survey {
        repository: format!("shop{name}"),
        declares_root: true,
        all: Coverage {
            files: 12_000,
            owned: 9_000,
        },
        judged: Coverage {
            files: 10_000,
            owned: 9_719,
        },
        owners: OwnersSeen {
            file: Some("CODEOWNERS".into()),
            unreadable: None,
            lines: 40,
            invalid: 1,
            without_team: 2,
            teams: BTreeSet::from(["@acme/pay".into(), "@acme/web".into()]),
            people: BTreeSet::from(["@ann".into()]),
            organizations: vec!["acme".into()],
            guards_policy: false,
        },
        excludes: vec![
            exclude("*.pb.go".into(), ExcludeKind::Generated),
            exclude(
                pattern_of_folder(&format!("lib{name}/third-party").as_str().into()),
                ExcludeKind::ThirdParty,
            ),
        ],
        markers: vec![("TODO".into(), 1200), ("XXX".into(), 1), ("BUG".into(), 5)],
        documents: DocumentsSeen {
            documents: vec![folder(&format!("docs{name}"), 12)],
            runbooks: vec![folder(&format!("ops{name}/runbooks"), 3)],
            like_runbooks: vec![folder(&format!("ops{name}/playbooks"), 2)],
        },
        nested_roots: vec![format!("tools{name}").as_str().into()],
        services: ServicesSeen {
            undeclared: 4,
            roots: vec![
                root(&format!("batch{name}"), 1, name),
                RootSeen {
                    pattern: pattern_of_folder(&format!("src{name}").as_str().into()) + "*",
                    ..root("", 2, name)
                },
            ],
            more_roots: 1,
            ..ServicesSeen::default()
        },
        gaps: vec![Gap::new(GapKind::Sparse, "2 of 3 files are not here")],
    }
}

#[test]
fn what_was_seen_is_set_or_stands_beside_it() {
    let text = written(&everything(""), &DRAFT);
    expect![[r##"
        # The policy of `shop`: which rules hold, how strictly, and what is left out. `bailiwick rules`
        # lists the rules, `bailiwick explain RULE` tells of one. A line that starts with `#` and no space
        # is a setting that is off: take the `#` away to switch it on.
        #
        # Seen on 2026-01-15:
        # - 12,000 files, 75.0 % owned by `CODEOWNERS`: 40 lines, and 1 line that the forge skips
        # - owners: 2 teams of @acme, 1 person; 2 lines without a team
        # - markers in comments: 1,200 TODO, 1 XXX and 5 BUG
        # - documents: 12 in `docs/`
        # - runbooks: 3 in `ops/runbooks/`
        # - roots of their own, which have a policy of their own: `tools/`
        # - not seen: 1 fact could not be had (`bailiwick check -v` lists them)

        # This folder is a root of its own, whatever repository it lies in.
        root = true

        # Where the rules and their levels come from.
        # Stricter: "bailiwick:strict", for organizations whose every file has an answer to who owns it.
        extends = ["bailiwick:recommended"]

        # Versions that may judge by this policy; others say so instead of misreading it.
        required-version = ">=0.1"

        # When people last looked through it; `policy/overdue-review` reminds you of the next time.
        reviewed = 2026-01-15

        # Not judged. `vendor/`, `third_party/`, `node_modules/`, `testdata/`, `fixtures/` and what
        # `.gitattributes` marks as generated or vendored are left out anyway.
        [files]
        exclude = [
            "*.pb.go", # 1,234 files: generated
            "/lib/third-party/", # 1,234 files: third-party code
        ]

        # What starts a tech-debt marker. BUG was also seen, and not looked for otherwise.
        #[markers]
        #words = ["TODO", "FIXME", "HACK", "XXX", "BUG"]

        # Documents whose links are followed, beside README, CONTRIBUTING and SECURITY.
        # Runbooks, if not in folders named `runbooks` or `runbook` alone: 2 in `ops/playbooks/`?
        #[documents]
        #links = ["/docs/"]
        #runbooks = ["runbooks/", "runbook/", "/ops/playbooks/"]

        # Who is in which team. Whether a team or a member of @acme exists cannot be told from the
        # repository; with a complete roster, an owner who is not in it is an error.
        #[[rosters]]
        #file = "people.toml"
        #covers = ["@acme"]

        # 4 folders look deployable and nothing declares them. Those that serve somebody are services; what
        # is a demonstration or a tool is none. Rules ask of services who answers for them, and more.
        # 1 more would be too long a list: `bailiwick services` tells all folders.
        #[services]
        #roots = [
        #"/batch", # a Deployment runs its image, deploy/k8s.yaml:1:8
        #"/src/*", # 2 folders
        #]

        # Levels, `off`, `note`, `warning` or `error`, and options of single rules or families ("debt/*").
        # `[[overrides]]` set them for some paths or owners; `[[exceptions]]` accept findings for a reason.
        #[rules]
        # 97.1 % of the files that are judged have an owner. To keep at least that:
        #"ownership/unowned-file" = { level = "warning", minimum-coverage = 97 }
        # 2 lines name persons and no team. People leave, teams stay:
        #"ownership/personal-owner" = "warning"
        # Every marker names an owner:
        #"debt/ownerless-marker" = "note"
    "##]].assert_eq(&text);
}

#[test]
fn every_shape_is_a_policy_also_with_all_switched_on() {
    let personal = Survey {
        owners: OwnersSeen {
            file: Some("CODEOWNERS".into()),
            people: BTreeSet::from(["@ann".into()]),
            lines: 1,
            without_team: 1,
            ..OwnersSeen::default()
        },
        all: Coverage { files: 3, owned: 3 },
        judged: Coverage { files: 3, owned: 3 },
        ..Survey::default()
    };
    let unreadable = Survey {
        owners: OwnersSeen {
            unreadable: Some("it is outside of the sparse checkout".into()),
            ..everything("").owners
        },
        ..everything("")
    };
    let hostile = "\n'\"\\]#\u{202e}\u{1b}[2J\0*?!\t ```\u{2028}##[x]\r\n[rules]\n";
    let surveys = [
        Survey::default(),
        everything(""),
        everything(hostile),
        personal,
        unreadable,
        only(ServicesSeen {
            whole: Some(run(hostile)),
            ..ServicesSeen::default()
        }),
        only(ServicesSeen {
            declared: vec![(hostile.to_owned(), run(hostile))],
            undeclared: 3,
            ..ServicesSeen::default()
        }),
    ];
    for survey in &surveys {
        for stage in Stage::ALL {
            for (excludes, baseline) in [(true, None), (false, Some("base.json"))] {
                let draft = Draft {
                    stage,
                    excludes,
                    baseline,
                    ..DRAFT
                };
                let text = written(survey, &draft);
                let is_harmless = |c: char| !c.is_control() || c == '\n';
                assert!(text.chars().all(is_harmless), "{text:?}");
                assert!(!text.contains(['\u{202e}', '\u{2028}']), "{text:?}");
                let policy = assert_loads(&text);
                assert_eq!(
                    policy.extends.last().map(String::as_str),
                    Some(stage.pack())
                );
                assert_eq!(policy.reading.root, survey.declares_root);
                let excluded = excludes && !survey.excludes.is_empty();
                assert_eq!(policy.reading.exclude.matches(b"a/b.pb.go"), excluded);
                let patterns = survey.services.roots.iter().map(|it| it.pattern.clone());
                let on = assert_loads(&switched_on(&text));
                assert_eq!(on.reading.services.roots, patterns.collect::<Vec<_>>());
                assert!(policy.reading.services.roots.is_empty());
            }
        }
    }
}

#[test]
fn patterns_leave_out_folders_of_hostile_names() {
    let name = "\n'\"\\]#\u{202e}*";
    let policy = assert_loads(&written(&everything(name), &DRAFT));
    let file = format!("lib{name}/third-party/x.c");
    assert!(policy.reading.exclude.matches(file.as_bytes()));
    assert!(!policy.reading.exclude.matches(b"lib/third-party/x.c"));
}

#[test]
fn services_are_told_as_far_as_they_are_known() {
    let said = |services| {
        let mut text = Vec::new();
        services::services(&only(services), &mut Page { out: &mut text }).unwrap();
        String::from_utf8(text).unwrap()
    };
    let declared = |names: &[&str], undeclared| ServicesSeen {
        declared: names.iter().map(|&it| (it.to_owned(), run(""))).collect(),
        undeclared,
        roots: vec![root("a", 1, "")],
        ..ServicesSeen::default()
    };
    let none = ServicesSeen::default();
    let whole = ServicesSeen {
        whole: Some(run("")),
        ..ServicesSeen::default()
    };
    let all = [
        none,
        declared(&["pay"], 0),
        declared(&["a", "b"], 1),
        declared(&["a", "b", "c", "d"], 2),
        whole,
    ];
    expect![[r#"
        # 1 service is declared: `pay` in `deploy/k8s.yaml`.

        # 2 services are declared: `a` and `b`.
        # 1 folder looks deployable and nothing declares it: `bailiwick services` tells which, and why.

        # 4 services are declared, such as `a`, `b` and `c`.
        # 2 folders look deployable and nothing declares them: `bailiwick services` tells which, and why.

        # The repository as a whole looks deployable: a Deployment runs its image, deploy/k8s.yaml:1:8. A
        # `service.toml` in its root declares it.

    "#]]
    .assert_eq(&all.map(said).concat());
}
