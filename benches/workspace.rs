//! Organizations that are written for the purpose: the audit on one thread and on two, and the graph with
//! its rules for more and more services.
//!
//! `cargo bench --bench workspace`: writes 200 git repositories of 500 files each to a temporary folder,
//! audits them in turns on one thread and on two, and prints the medians with their ratio. Then it builds
//! the graph over 500, 2,000 and 8,000 services, each with 5 ownership rules and 3 people, all in one
//! repository and each in its own, lets all rules on services, teams and approvals judge it, and prints how
//! the time grows; beside it, how long reading takes for as many repositories as there are services, as
//! large as those of the audit. As the command does, each process builds one graph and judges it once.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bailiwick::codeowners::{Dialect, OwnershipFile};
use bailiwick::facts::{Lookup, Place, Repository, Tree};
use bailiwick::graph::{Graph, Member};
use bailiwick::identity::Directory;
use bailiwick::ownership::Ownership;
use bailiwick::policy::{PathPatterns, Policy, PolicyFiles};
use bailiwick::rules::{self, Rule, Scope, View};
use bailiwick::sources::catalog;
use bailiwick::text::{RepoPath, Text};

const REPOSITORIES: usize = 200;
const FILES: usize = 500;
const ROUNDS: usize = 7;
const PROCESSES: usize = 15;

fn main() {
    match std::env::var(ORGANIZATION) {
        Ok(sizes) => once(&sizes),
        Err(_) => {
            let reading = audit();
            graph(reading);
        }
    }
}

/// Audits on one thread and on two; the time for one repository on one thread.
fn audit() -> Duration {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (0..REPOSITORIES).for_each(|number| repository(folder.path(), number));
    let run = |threads: &str| {
        let start = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_bailiwick"))
            .args(["audit", "--format", "csv", "--fail-on", "never"])
            .arg(folder.path())
            .env("RAYON_NUM_THREADS", threads)
            .stdout(Stdio::null())
            .status()
            .expect("the command can be started");
        assert!(status.success(), "the audit ended with {status}");
        start.elapsed()
    };
    run("2");
    let (mut ones, mut twos, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, two) = (run("1"), run("2"));
        ratios.push(one.as_secs_f64() / two.as_secs_f64());
        ones.push(one);
        twos.push(two);
    }
    ratios.sort_by(f64::total_cmp);
    let (one, two) = (median(ones), median(twos));
    println!("| audit | one thread | two threads | ratio |\n| --- | --- | --- | --- |");
    println!(
        "| {REPOSITORIES} repositories of {FILES} files | {one:.1?} | {two:.1?} | {:.2} |",
        ratios[ROUNDS / 2]
    );
    one / u32::try_from(REPOSITORIES).expect("a small number")
}

/// A git repository with a service, an ownership file, documents and code.
fn repository(folder: &Path, number: usize) {
    let root = folder.join(format!("r{number}"));
    let write = |path: &str, content: &str| {
        let file = root.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, content).expect("a file");
    };
    let next = (number + 1) % REPOSITORIES;
    write(
        "service.toml",
        &format!(
            "name = \"s{number}\"\nowner = \"@acme/t{}\"\ntier = {}\ndepends-on = [\"s{next}\"]\n",
            number % 50,
            number % 3 + 1
        ),
    );
    let lines = (0..5).map(|line| format!("/d{line}/ @acme/t{}\n", (number + line) % 50));
    write(
        "CODEOWNERS",
        &format!("* @acme/all\n{}", lines.collect::<String>()),
    );
    write(
        "README.md",
        "# A service\n\n[Runbook](docs/runbooks/down.md)\n",
    );
    write(
        "docs/runbooks/down.md",
        "# Down\n\n## Meaning\n\nIt is down.\n",
    );
    let code = "// A line of code, as there are many.\nfn main() { println!(\"x\"); }\n".repeat(40);
    for file in 0..FILES - 4 {
        let marker = if file % 50 == 0 {
            "// TODO: later\n"
        } else {
            ""
        };
        write(
            &format!("d{}/m{}/f{file}.rs", file % 7, file % 11),
            &format!("{marker}{code}"),
        );
    }
    for arguments in [&["init", "-q"][..], &["add", "-A"]] {
        let status = Command::new("git")
            .arg("-C")
            .arg(&root)
            .args(arguments)
            .status();
        assert!(status.expect("git can be started").success());
    }
}

/// A policy that names one file, and that file.
struct Named(String);

impl PolicyFiles for Named {
    fn read(&self, path: &RepoPath) -> Result<Vec<u8>, bailiwick::facts::Gap> {
        Ok(match path.as_bytes() {
            b"bailiwick.toml" => b"[catalog]\nfiles = [\"catalog.toml\"]\n".to_vec(),
            _ => self.0.clone().into_bytes(),
        })
    }
}

/// The sizes of organizations, in services.
const SIZES: [usize; 3] = [500, 2_000, 8_000];

/// Says to a process of this benchmark which organization it is about: its services and repositories.
const ORGANIZATION: &str = "BAILIWICK_BENCH_ORGANIZATION";

/// How long the graph and its rules take: with all services in one repository, and with one in each.
fn graph(reading: Duration) {
    println!(
        "\n| services | repositories | graph | rules | both | growth | to reading |\n\
         | --- | --- | --- | --- | --- | --- | --- |"
    );
    for is_single in [true, false] {
        let sizes = SIZES.map(|services| (services, if is_single { 1 } else { services }));
        let mut times = SIZES.map(|_| (Vec::new(), Vec::new()));
        // The sizes take turns, so that what else the machine does falls on all of them.
        for _ in 0..PROCESSES {
            for (size, (built, judged)) in sizes.into_iter().zip(&mut times) {
                let (graph, rules) = in_a_process(size);
                built.push(graph);
                judged.push(rules);
            }
        }
        let mut last: Option<Duration> = None;
        for ((services, repositories), (built, judged)) in sizes.into_iter().zip(times) {
            let (built, judged) = (median(built), median(judged));
            let both = built + judged;
            let growth = last.map_or_else(String::new, |last| {
                format!("{:.2}", both.as_secs_f64() / last.as_secs_f64())
            });
            let read = reading.as_secs_f64() * services as f64;
            println!(
                "| {services} | {repositories} | {built:.1?} | {judged:.1?} | {both:.1?} | {growth} | {:.3} |",
                both.as_secs_f64() / read
            );
            last = Some(both);
        }
    }
}

/// How long the graph and its rules take in a process of their own.
fn in_a_process((services, repositories): (usize, usize)) -> (Duration, Duration) {
    let output = Command::new(std::env::current_exe().expect("this benchmark"))
        .env(ORGANIZATION, format!("{services} {repositories}"))
        .stderr(Stdio::inherit())
        .output()
        .expect("it can be started");
    let said = String::from_utf8(output.stdout).expect("numbers");
    let mut times = said
        .split_whitespace()
        .map(|it| Duration::from_nanos(it.parse().expect("a number")));
    let (built, judged) = (times.next(), times.next());
    built.zip(judged).expect("two numbers")
}

/// Builds the graph and lets its rules judge it, once, and prints how many nanoseconds each took.
fn once(sizes: &str) {
    let mut sizes = sizes.split(' ').map(|it| it.parse().expect("a number"));
    let (services, repositories) = sizes.next().zip(sizes.next()).expect("two numbers");
    let organization = Organization::new(services, repositories);
    read_something_else();
    let (built, judged) = organization.run();
    println!("{} {}", built.as_nanos(), judged.as_nanos());
}

/// Reads more than the caches of the processor hold. The command reads all files of all repositories before
/// it builds the graph, and finds what it made of them in memory.
fn read_something_else() {
    let other = vec![1_u8; 256 << 20];
    let sum = other
        .iter()
        .step_by(64)
        .map(|&byte| u64::from(byte))
        .sum::<u64>();
    assert_eq!(std::hint::black_box(sum), 4 << 20);
}

/// What was read of an organization.
struct Organization {
    repositories: Vec<Repository>,
    ownerships: Vec<Ownership>,
    policy: Policy,
    rules: Vec<&'static Rule>,
}

impl Organization {
    fn new(services: usize, repositories: usize) -> Organization {
        let each = services / repositories;
        let all = (0..repositories).map(|place| member(place * each..(place + 1) * each, services));
        let repositories: Vec<Repository> = all.collect();
        let ownerships = repositories.iter().map(|repository| {
            let file = repository.ownership_files.in_use.present().expect("a file");
            Ownership::resolve(&repository.tree, file)
        });
        let families = [
            "approvals/",
            "services/",
            "teams/",
            "ownership/or",
            "ownership/ow",
            "ownership/co",
        ];
        let is_of_graph = |rule: &&&'static Rule| {
            let mut families = families.iter();
            families.any(|family| rule.spec.id.starts_with(family))
        };
        Organization {
            ownerships: ownerships.collect(),
            repositories,
            policy: Policy::recommended(&rules::specs(), &rules::RETIRED),
            rules: rules::all().iter().filter(is_of_graph).copied().collect(),
        }
    }

    /// How long the graph takes, and how long its rules.
    fn run(&self) -> (Duration, Duration) {
        let start = Instant::now();
        let rosters = self
            .repositories
            .iter()
            .flat_map(|repository| &repository.rosters);
        let directory = Directory::of(rosters, ["acme".to_owned()], []);
        let members = self.repositories.iter().zip(&self.ownerships);
        let members = members.map(|(repository, ownership)| Member {
            repository,
            ownership,
        });
        let graph = Graph::new(members.collect(), &directory);
        let built = start.elapsed();
        let start = Instant::now();
        let scope = Scope {
            within: &RepoPath::default(),
            exclude: &self.policy.reading.exclude,
            own_exclude: &PathPatterns::NONE,
            scorecards: true,
        };
        // What is found is kept to the end, as the command keeps it for its report.
        let mut found = Vec::with_capacity(self.repositories.len());
        for place in 0..self.repositories.len() {
            let mut view = View::new(&graph, place, None, jiff::civil::date(2026, 1, 1));
            view.enabled = rules::enabled(&self.rules, &self.policy.judging);
            let verdicts = rules::judge(&self.rules, &view, &self.policy.judging, &scope);
            found.push(verdicts);
        }
        let judged = start.elapsed();
        let are_found = found.iter().any(|verdicts| !verdicts.drafts.is_empty());
        assert!(are_found, "the rules judge something");
        (built, judged)
    }
}

/// A repository with these of all services, each with 5 ownership rules, 5 files, a team of 3 people and
/// two dependencies.
fn member(here: Range<usize>, services: usize) -> Repository {
    let (mut toml, mut lines, mut paths) = (String::new(), String::new(), Vec::new());
    let name = format!("r{}", here.start);
    for service in here {
        let (next, other) = ((service + 1) % services, (service * 7 + 3) % services);
        let _ = write!(
            toml,
            "[[services]]\nname = \"s{service}\"\nowner = \"@acme/t{service}\"\ntier = {}\n\
             paths = [\"/s{service}/\"]\ndepends-on = [\"s{next}\", \"s{other}\"]\n\
             [[teams]]\nhandle = \"@acme/t{service}\"\n\
             members = [\"@a{service}\", \"@b{service}\", \"@c{service}\"]\n",
            service % 3 + 1
        );
        for line in 0..5 {
            let _ = writeln!(
                lines,
                "/s{service}/d{line}/ @acme/t{service} @acme/t{other}"
            );
            paths.push(format!("s{service}/d{line}/f.rs"));
        }
    }
    let files = Named(toml);
    let place = RepoPath::from("bailiwick.toml");
    let policy = Policy::load(&place, &files, &rules::specs(), &rules::RETIRED);
    let reading = policy.expect("a policy").reading;
    let (catalog, rosters) =
        catalog::declared(&reading, Some(Place::File(place)), &files).expect("declarations");
    let text = Text::new(RepoPath::from("CODEOWNERS"), lines.into_bytes());
    let mut repository = Repository {
        name,
        tree: paths.iter().map(String::as_str).collect::<Tree>(),
        catalog,
        rosters,
        ..Repository::default()
    };
    repository.ownership_files.in_use =
        Lookup::Present(OwnershipFile::parse(Dialect::GitHub, text));
    repository
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
