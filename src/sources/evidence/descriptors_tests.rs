use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;
use crate::facts::TreeBuilder;
use crate::sources::evidence::readers;
use crate::sources::repository::BlobId;

/// A tree of files in memory, which counts how often each is opened.
#[derive(Default)]
struct Files {
    tree: Tree,
    contents: BTreeMap<u32, String>,
    opened: Mutex<BTreeMap<u32, usize>>,
}

impl Files {
    fn new(files: &[(&str, &str)]) -> Files {
        Files::with_links(files, &[])
    }

    fn with_links(files: &[(&str, &str)], links: &[&str]) -> Files {
        let mut tree = TreeBuilder::default();
        for (path, _) in files {
            tree.push(path.as_bytes(), FileKind::File);
        }
        for path in links {
            tree.push(path.as_bytes(), FileKind::SymbolicLink);
        }
        let tree = tree.build();
        let place = |path: &str| u32::try_from(tree.find(path.as_bytes()).unwrap()).unwrap();
        Files {
            contents: files
                .iter()
                .map(|(path, content)| (place(path), (*content).into()))
                .collect(),
            tree,
            opened: Mutex::default(),
        }
    }

    /// What is found: the files that are read because they are named, what is elsewhere, and what is
    /// missing.
    fn read(&self) -> (Vec<String>, Vec<String>, Vec<String>) {
        let reading = Reading::default();
        let reader = readers::Descriptors {
            services: reading.services.clone(),
            named: false,
        };
        let all = 0..u32::try_from(self.tree.len()).unwrap();
        let gaps = [Gap::new(GapKind::NestedRoot, "").at("nested".into())];
        let links = Links::new(&self.tree, &gaps);
        let first = pass::run(pass::Round::First, &self.tree, all, &[&reader], self);
        let found = read(&self.tree, &first.files, &reading, self, &links);
        assert!(
            self.opened
                .lock()
                .unwrap()
                .values()
                .all(|&count| count == 1)
        );
        let path = |file: u32| String::from_utf8_lossy(self.tree.path(file as usize)).into_owned();
        let at = |location: &Location| {
            let path = location.path().unwrap().to_string_lossy().into_owned();
            format!("{path}: {}", location.excerpt.as_ref().unwrap().marked())
        };
        let mut elsewhere: Vec<String> = found.named.elsewhere.iter().map(at).collect();
        elsewhere.extend(found.gaps.iter().map(|gap| gap.reason.clone()));
        let missing = found.named.missing.iter();
        (
            found
                .named
                .files
                .iter()
                .map(|&(file, _)| path(file))
                .collect(),
            elsewhere,
            missing
                .map(|fault| format!("{} {}", at(&fault.location), fault.message))
                .collect(),
        )
    }
}

impl Blobs for Files {
    fn content(&self, file: u32) -> Result<Vec<u8>, Gap> {
        *self.opened.lock().unwrap().entry(file).or_default() += 1;
        Ok(self.contents[&file].clone().into_bytes())
    }

    fn id(&self, _: u32) -> Option<BlobId> {
        None
    }
}

fn location(targets: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: x}}\nspec: {{targets: [{targets}]}}\n"
    )
}

const SYSTEM: &str =
    "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: x}\nspec: {}\n";

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn files_of_any_name_are_read_once_however_often_they_are_named() {
    let files = Files::new(&[
        (
            "catalog-info.yaml",
            &location("./all/x.yaml, all/x.yaml, /all/x.yaml, ./deep/catalog-info.yaml"),
        ),
        (
            "all/x.yaml",
            &location("./y.json, ../all/x.yaml, ../catalog-info.yaml"),
        ),
        (
            "all/y.json",
            "{\"apiVersion\": \"backstage.io/v1alpha1\", \"kind\": \"System\", \"metadata\": {\"name\": \"y\"}, \"spec\": {}}",
        ),
        ("deep/catalog-info.yaml", SYSTEM),
        ("all/unnamed.yaml", SYSTEM),
    ]);
    let (read, elsewhere, missing) = files.read();
    assert_eq!(read, ["all/x.yaml", "all/y.json"]);
    assert_eq!((elsewhere, missing), (strings(&[]), strings(&[])));
    assert_eq!(files.opened.lock().unwrap().len(), 4);
}

#[test]
fn stars_stand_for_parts_of_one_segment_and_two_for_many() {
    let files = Files::new(&[
        (
            "catalog-info.yaml",
            &location("'./teams/*/team-*.yaml', './deep/**/x.yaml', './gone/*.yaml'"),
        ),
        ("teams/a/team-a.yaml", SYSTEM),
        ("teams/a/other.yaml", SYSTEM),
        ("teams/a/b/team-b.yaml", SYSTEM),
        ("teams/team-c.yaml", SYSTEM),
        ("teams/d/team-d.yaml", SYSTEM),
        ("teams/d/team-.yamlx", SYSTEM),
        ("deep/x.yaml", SYSTEM),
        ("deep/a/b/x.yaml", SYSTEM),
        ("deep/node_modules/x.yaml", SYSTEM),
    ]);
    let (read, elsewhere, missing) = files.read();
    let expected = [
        "deep/a/b/x.yaml",
        "deep/x.yaml",
        "teams/a/team-a.yaml",
        "teams/d/team-d.yaml",
    ];
    assert_eq!(read, expected);
    assert_eq!((elsewhere, missing), (strings(&[]), strings(&[])));
}

#[test]
fn nothing_outside_is_read_and_no_link_is_followed() {
    let targets = [
        "../x.yaml",
        "../../../../etc/passwd",
        "/../x.yaml",
        "https://acme.example/x.yaml",
        "./link.yaml",
        "./linked/x.yaml",
        "./nested/x.yaml",
        "./{a,b}.yaml",
        "'..\\x.yaml'",
    ];
    let content = location(
        &targets
            .map(|it| {
                format!(
                    "{}{it}{}",
                    if it.starts_with('\'') { "" } else { "'" },
                    if it.starts_with('\'') { "" } else { "'" }
                )
            })
            .join(", "),
    );
    let files = Files::with_links(
        &[("catalog-info.yaml", &content), ("a.yaml", SYSTEM)],
        &["link.yaml", "linked"],
    );
    let (read, elsewhere, missing) = files.read();
    assert_eq!((read, missing), (strings(&[]), strings(&[])));
    assert_eq!(elsewhere.len(), targets.len(), "{elsewhere:?}");
}

#[test]
fn what_has_to_be_there_and_is_not_is_a_fault() {
    let optional = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: x}\nspec: {target: ./gone.yaml, presence: optional}\n";
    let files = Files::new(&[
        ("a/catalog-info.yaml", &location("./gone.yaml, ../b")),
        ("b/catalog-info.yml", optional),
    ]);
    let (read, elsewhere, missing) = files.read();
    assert_eq!((read, elsewhere), (strings(&[]), strings(&[])));
    assert_eq!(
        missing,
        [
            "a/catalog-info.yaml: ./gone.yaml `./gone.yaml` names no file",
            "a/catalog-info.yaml: ../b `../b` names no file"
        ]
    );
}

#[test]
fn chains_and_crowds_end() {
    let chain: Vec<(String, String)> = (0..100)
        .map(|place| {
            (
                format!("{place}.yaml"),
                location(&format!("./{}.yaml", place + 1)),
            )
        })
        .collect();
    let mut files: Vec<(&str, &str)> = chain
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let first = location("./0.yaml");
    files.push(("catalog-info.yaml", &first));
    let (read, elsewhere, _) = Files::new(&files).read();
    assert_eq!(read.len(), MOST_ROUNDS);
    let beyond = "1 descriptor that others name was not read: there are too many";
    assert_eq!(elsewhere, [beyond]);

    let crowd = location(&"./x.yaml,".repeat(MOST_TARGETS + 7));
    let files = Files::new(&[("catalog-info.yaml", &crowd), ("x.yaml", SYSTEM)]);
    let (read, elsewhere, _) = files.read();
    assert_eq!(read, ["x.yaml"]);
    let beyond = "7 descriptors that others name were not read: there are too many";
    assert_eq!(elsewhere, [beyond]);
}
