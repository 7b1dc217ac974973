//! Repositories that mean harm, at doubled sizes: what the program costs, and how that grows.
//!
//! `cargo bench --bench hostile [-- NAME…]` makes each shape of the table below at four sizes, the last of which is
//! the largest, runs the release program on it in a process of its own, and prints the CPU time in seconds and the
//! growth from size to size. A name limits the run to the shapes whose names contain it.
//!
//! Limits: growth of at most 2.3 over each of the last two doublings whose larger size takes 0.2 s or more, and at
//! most 2 s at the largest size. The last line counts the shapes above a limit. Times are of this machine, so that
//! this is no test.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Growth over a doubling.
const MOST_GROWTH: f64 = 2.3;

/// Seconds of CPU from which growth counts.
const LEAST: f64 = 0.2;

/// Seconds of CPU at the largest size.
const MOST: f64 = 2.0;

/// After so long a run is ended, and counts as above the limit.
const PATIENCE: Duration = Duration::from_secs(12);

/// A shape of hostile input.
struct Shape {
    name: &'static str,
    /// The largest size; three halvings come before it.
    largest: usize,
    /// Writes the repository's files for a size.
    make: fn(&Path, usize),
    /// The arguments of the program; the target is the current folder.
    arguments: &'static [&'static str],
}

const CHECK: &[&str] = &["check", "--no-cache"];
const OWNERS: &[&str] = &["owners"];

/// Every shape, with its largest size: that of the security review, or the next double.
const SHAPES: &[Shape] = &[
    shape("attribute stars, one deep file", 32, attribute_stars, CHECK),
    shape(
        "attribute macros in a chain",
        16_000,
        attribute_macros,
        CHECK,
    ),
    shape(
        "attribute lines x files, names",
        4_000,
        attribute_names,
        CHECK,
    ),
    shape(
        "attribute lines x files, wildcards",
        4_000,
        attribute_wildcards,
        CHECK,
    ),
    shape(
        "broken documents of a catalog",
        160_000,
        broken_catalog,
        CHECK,
    ),
    shape(
        "open quotes in documents of a catalog",
        80_000,
        open_quotes,
        CHECK,
    ),
    shape("broken documents of alerts", 80_000, broken_alerts, CHECK),
    shape(
        "aliases of a text in a ConfigMap",
        4_000,
        config_map_aliases,
        CHECK,
    ),
    shape("aliases, anchors and merges", 40_000, yaml_aliases, CHECK),
    shape("nested YAML", 400_000, yaml_nesting, CHECK),
    shape("overrides x lines, patterns", 5_000, overrides, CHECK),
    shape(
        "overrides x lines, owners",
        5_000,
        overrides_of_owners,
        CHECK,
    ),
    shape("exceptions x lines", 4_000, exceptions, CHECK),
    shape(
        "exceptions of a whole rule x lines",
        4_000,
        exceptions_of_a_rule,
        CHECK,
    ),
    shape("CODEOWNERS wildcards x names", 2_000, wildcards, OWNERS),
    shape("CODEOWNERS lines", 100_000, lines, CHECK),
    shape("owners on a line", 100_000, owners_on_a_line, CHECK),
    shape(
        "Markdown, nested emphasis and links",
        200_000,
        markdown,
        CHECK,
    ),
    shape("Markdown, references", 40_000, markdown_references, CHECK),
    shape("comments and their markers", 100_000, comments, CHECK),
    shape("compose services that link", 40_000, compose, CHECK),
    shape("workloads of a cluster", 20_000, workloads, CHECK),
    shape("services", 50_000, services, CHECK),
    shape("teams in a circle", 40_000, team_circle, CHECK),
    shape("people of a roster", 20_000, people, CHECK),
];

const fn shape(
    name: &'static str,
    largest: usize,
    make: fn(&Path, usize),
    arguments: &'static [&'static str],
) -> Shape {
    Shape {
        name,
        largest,
        make,
        arguments,
    }
}

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let is_wanted =
        |shape: &&Shape| wanted.is_empty() || wanted.iter().any(|name| shape.name.contains(name));
    println!("| shape | sizes | CPU seconds | growth | |\n| --- | --- | --- | --- | --- |");
    let mut above = 0;
    let mut count = 0;
    for shape in SHAPES.iter().filter(is_wanted) {
        count += 1;
        above += usize::from(!run(shape));
    }
    println!("\n{above} of {count} shapes above the limits");
}

/// Measures a shape and prints its line; returns whether it is within the limits.
fn run(shape: &Shape) -> bool {
    let sizes = [8, 4, 2, 1].map(|part| (shape.largest / part).max(1));
    let times = sizes.map(|size| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        git(root, &["init", "-q"]);
        write(root, "CODEOWNERS", "* @a/b\n");
        (shape.make)(root, size);
        git(root, &["add", "-A"]);
        cpu(root, shape.arguments)
    });
    let growth: Vec<Option<f64>> = times
        .windows(2)
        .map(|pair| Some(pair[1]? / pair[0]?.max(0.001)))
        .collect();
    let mut within = times[3].is_some_and(|seconds| seconds <= MOST);
    for (growth, larger) in growth.iter().zip(&times[1..]).skip(1) {
        within &= match (growth, larger) {
            (Some(growth), Some(larger)) => *larger < LEAST || *growth <= MOST_GROWTH,
            _ => false,
        };
    }
    let list = |values: Vec<String>| values.join(", ");
    println!(
        "| {} | {} | {} | {} | {} |",
        shape.name,
        list(sizes.iter().map(ToString::to_string).collect()),
        list(times.iter().map(|time| shown(*time)).collect()),
        list(growth.iter().map(|growth| shown(*growth)).collect()),
        if within { "" } else { "ABOVE" },
    );
    within
}

fn shown(value: Option<f64>) -> String {
    value.map_or("ended".into(), |value| format!("{value:.2}"))
}

/// The CPU time of a run in seconds, by the shell's `times`; none if it was ended.
fn cpu(root: &Path, arguments: &[&str]) -> Option<f64> {
    let script = format!(
        "'{}' {} >/dev/null 2>&1; times",
        env!("CARGO_BIN_EXE_bailiwick"),
        arguments.join(" ")
    );
    let mut child = Command::new("timeout")
        .args([&PATIENCE.as_secs().to_string(), "bash", "-c", &script])
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash runs");
    let start = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        assert!(start.elapsed() < 2 * PATIENCE, "`timeout` ends it");
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("a child");
    let text = String::from_utf8_lossy(&output.stdout);
    // The second line is of the children: `0m1.234s 0m0.056s`, user and system.
    let children = text.lines().nth(1)?;
    let seconds = children.split_whitespace().map(|time| {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    });
    seconds.sum()
}

fn git(root: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(root)
        .stderr(Stdio::null())
        .status()
        .expect("git runs");
    assert!(status.success(), "git {arguments:?}");
}

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, text).expect("a file");
}

/// A text of a piece for each number.
fn each(size: usize, mut piece: impl FnMut(usize) -> String) -> String {
    (0..size).map(&mut piece).collect()
}

fn attribute_stars(root: &Path, size: usize) {
    let line = format!("**/{}c linguist-generated\n", "*/**/".repeat(size));
    write(root, ".gitattributes", line);
    write(root, &format!("{}x.rs", "a/".repeat(60)), "// TODO");
}

fn attribute_macros(root: &Path, size: usize) {
    let mut text = format!("[attr]m{size} linguist-generated\n");
    for place in (0..size).rev() {
        let _ = writeln!(text, "[attr]m{place} m{}", place + 1);
    }
    write(root, ".gitattributes", text + "*.rs m0\n");
    write(root, "a.rs", "// TODO x");
}

fn attribute_names(root: &Path, size: usize) {
    let lines = each(size, |place| format!("a{place}.rs linguist-generated\n"));
    write(root, ".gitattributes", lines);
    for place in 0..size {
        write(root, &format!("g/a{place}.rs"), "// TODO");
    }
}

fn attribute_wildcards(root: &Path, size: usize) {
    let lines = each(size, |place| {
        format!("g/**/*a*{place}* linguist-generated\n")
    });
    write(root, ".gitattributes", lines);
    for place in 0..size {
        write(root, &format!("g/ab{place}.rs"), "// TODO");
    }
}

fn broken_catalog(root: &Path, size: usize) {
    write(root, "catalog-info.yaml", "---\n}\n".repeat(size));
}

fn open_quotes(root: &Path, size: usize) {
    write(root, "catalog-info.yaml", "---\na: \"b\n".repeat(size));
}

fn broken_alerts(root: &Path, size: usize) {
    let text = "---\n# alert expr rules\n}\n".repeat(size);
    write(root, "alerts/rules.yml", text);
}

fn config_map_aliases(root: &Path, size: usize) {
    let mut text = String::from("kind: ConfigMap\ndata:\n  a: &a |\n");
    text += &"    groups: [{rules: [{alert: x, expr: y}]}]\n    ---\n".repeat(size);
    text += &each(size, |place| format!("  b{place}: *a\n"));
    write(root, "alerts/rules.yml", text);
}

fn yaml_aliases(root: &Path, size: usize) {
    let mut text = String::from("apiVersion: x\na: &a {b: c}\n");
    text += &each(size, |place| {
        format!("k{place}: &n{place}\n  <<: *a\n  x: *a\n")
    });
    write(root, "catalog-info.yaml", &text);
    write(
        root,
        "docker-compose.yml",
        text.replace("apiVersion: x", "services: {}"),
    );
}

fn yaml_nesting(root: &Path, size: usize) {
    let text = format!("apiVersion: {}", "[".repeat(size));
    write(root, "catalog-info.yaml", &text);
    write(
        root,
        "k8s/d.yaml",
        format!("containers:\nimage:\nkind: Pod\nx: {text}"),
    );
}

fn overrides(root: &Path, size: usize) {
    let policy = each(size, |place| {
        format!(
            "[[overrides]]\npaths = [\"p{place}/**\"]\n[overrides.rules]\n\"codeowners/dead-pattern\" = \"note\"\n"
        )
    });
    write(root, "bailiwick.toml", policy);
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("/p{place}/ @acme/t{place}\n")),
    );
}

fn overrides_of_owners(root: &Path, size: usize) {
    let policy = each(size, |place| {
        format!(
            "[[overrides]]\nowners = [\"@acme/t{place}\"]\n[overrides.rules]\n\"codeowners/dead-pattern\" = \"note\"\n"
        )
    });
    write(root, "bailiwick.toml", policy);
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("/p{place}/ @acme/t{place}\n")),
    );
}

fn exceptions(root: &Path, size: usize) {
    let policy = each(size, |place| {
        format!(
            "[[exceptions]]\nrule = \"codeowners/dead-pattern\"\npaths = [\"p{place}/**\"]\nreason = \"x\"\n"
        )
    });
    write(root, "bailiwick.toml", policy);
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("/p{place}/ @acme/t{place}\n")),
    );
}

fn exceptions_of_a_rule(root: &Path, size: usize) {
    let policy =
        "[[exceptions]]\nrule = \"codeowners/dead-pattern\"\nreason = \"x\"\n".repeat(size);
    write(root, "bailiwick.toml", policy);
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("/p{place}/ @acme/t{place}\n")),
    );
}

fn wildcards(root: &Path, size: usize) {
    let any = "?".repeat(60);
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("*{any}a{place}* @acme/x\n")),
    );
    for place in 0..size {
        write(root, &format!("g/{}b{place}", "a".repeat(150)), "x");
    }
}

fn lines(root: &Path, size: usize) {
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("/p{place}/ @a/t{place}\n")),
    );
}

fn owners_on_a_line(root: &Path, size: usize) {
    let owners = each(size, |place| format!(" @u{place}"));
    write(root, "CODEOWNERS", format!("*{owners}\n"));
}

fn markdown(root: &Path, size: usize) {
    write(root, "README.md", "[*a_".repeat(size));
    write(root, "docs/a.md", "![a](<".repeat(size));
    write(root, "docs/b.md", "> - ".repeat(size / 4));
}

fn markdown_references(root: &Path, size: usize) {
    let mut text = each(size, |place| format!("[a{place}]: /x{place}\n\n"));
    text += &each(size, |place| {
        format!("[a{place}] [b{place}]\n\n# h{}\n\n", place % 7)
    });
    write(root, "README.md", text);
}

fn comments(root: &Path, size: usize) {
    write(
        root,
        "a.rs",
        "// TODO(x): a #1 2020-01-01\n/* FIXME".repeat(size),
    );
    write(root, "b.py", "\"\"\" # TODO \\\n".repeat(size));
    write(root, "c.sh", "cat <<A # TODO\n".repeat(size));
}

fn compose(root: &Path, size: usize) {
    let mut text = String::from("services:\n  a:\n    build: .\n    links:\n");
    text += &each(size, |place| format!("      - s{place}:x\n"));
    text += &each(size, |place| {
        format!("  s{place}: {{image: i{place}, scale: 1}}\n")
    });
    write(root, "docker-compose.yml", text);
}

fn workloads(root: &Path, size: usize) {
    let text = each(size, |place| {
        format!(
            "---\nkind: Deployment\nmetadata: {{name: s{place}}}\nspec:\n  replicas: 1\n  template: {{spec: {{containers: [{{image: i{place}}}]}}}}\ncontainers:\n"
        )
    });
    write(root, "k8s/d.yaml", text + "# image:\n");
    services(root, size / 4);
}

fn services(root: &Path, size: usize) {
    let text = each(size, |place| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: s{place}}}\nspec: {{type: service, lifecycle: production, owner: t{place}}}\n"
        )
    });
    write(root, "catalog-info.yaml", text);
}

fn team_circle(root: &Path, size: usize) {
    let text = each(size, |place| {
        let parent = (place + 1) % size;
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: t{place}}}\nspec: {{type: team, parent: t{parent}, children: []}}\n"
        )
    });
    write(root, "catalog-info.yaml", text);
}

fn people(root: &Path, size: usize) {
    let people = each(size, |place| {
        format!(
            "[[people]]\nid = \"@u{place}\"\nemails = [\"u{place}@a.example\"]\nteams = [\"@acme/t{place}\"]\n"
        )
    });
    write(root, "people.toml", people);
    write(
        root,
        "bailiwick.toml",
        "[[rosters]]\nfile = \"people.toml\"\n",
    );
    write(
        root,
        "CODEOWNERS",
        each(size, |place| format!("/p{place}/ @u{place}\n")),
    );
}
