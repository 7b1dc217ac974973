//! Owners of many paths: the matcher beside the crate codeowners-rs, an NFA per path.
//!
//! `cargo bench --bench matching` generates its inputs from a fixed seed; a folder given as an argument
//! is read instead (`paths1m.txt`, `rules100`, `rules1000`, `rules10000`). Both programs get the same
//! bytes, in one thread, in turns, within one run; parsing and building count. What is printed is the
//! median of each and the median of the ratios pair by pair.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bailiwick::codeowners::{Dialect, Matcher, OwnershipFile};
use bailiwick::text::{RepoPath, Text};

struct Inputs {
    paths: String,
    rules: Vec<(usize, String)>,
}

fn main() {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let inputs = folder.map_or_else(generate, |folder| read(&PathBuf::from(folder)));
    println!("| paths | rules | ours | codeowners-rs | theirs / ours | ns per path byte |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (paths, rules, rounds) in [
        (100_000, 100, 5),
        (100_000, 1_000, 5),
        (100_000, 10_000, 5),
        (1_000_000, 100, 3),
        (1_000_000, 1_000, 3),
        (1_000_000, 10_000, 3),
    ] {
        let list: Vec<&str> = inputs.paths.lines().take(paths).collect();
        let Some((_, file)) = inputs.rules.iter().find(|(number, _)| *number == rules) else {
            continue;
        };
        compare(&list, file, rules, rounds);
    }
    hostile();
}

fn compare(paths: &[&str], file: &str, rules: usize, rounds: usize) {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (mine, a) = time(|| match_all(paths, file));
        let (peer, b) = time(|| match_all_by_peer(paths, file));
        assert_eq!(mine, peer, "the two disagree");
        ours.push(a);
        theirs.push(b);
        ratios.push(b.as_secs_f64() / a.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    let (ours, theirs) = (median(ours), median(theirs));
    let bytes: usize = paths.iter().map(|path| path.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "a figure to be read by people")]
    let per_byte = ours.as_nanos() as f64 / bytes as f64;
    println!(
        "| {} | {rules} | {ours:.1?} | {theirs:.1?} | {:.1} | {per_byte:.2} |",
        paths.len(),
        ratios[ratios.len() / 2],
    );
}

/// Ten thousand globs that no table can look up, on names that contain most of their letters.
fn hostile() {
    let mut random = Random(11);
    let letters = b"abcdefgh";
    let letter = |random: &mut Random| char::from(letters[random.below(letters.len())]);
    let file: String = (0..10_000)
        .map(|_| {
            format!(
                "*{}*{}*{}* @x\n",
                letter(&mut random),
                letter(&mut random),
                letter(&mut random)
            )
        })
        .collect();
    let deep: String = (0..10_000)
        .map(|n| {
            format!(
                "**/*{}*/**/*{n}*/**/*{}* @x\n",
                letter(&mut random),
                letter(&mut random)
            )
        })
        .collect();
    let paths: Vec<String> = (0..100_000)
        .map(|n| {
            let mut name = || (0..12).map(|_| letter(&mut random)).collect::<String>();
            format!("{}/{}/{}{n}", name(), name(), name())
        })
        .collect();
    let list: Vec<&str> = paths.iter().map(String::as_str).collect();
    for (name, file) in [("*a*b*c*", &file), ("**/*a*/**/*1*/**/*b*", &deep)] {
        let (_, time) = time(|| match_all(&list, file));
        println!("\nhostile: 100,000 paths × 10,000 rules like `{name}`: {time:.1?}");
    }
}

fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = black_box(work());
    (result, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// How many paths have an owner, and a sum over the deciding lines.
fn match_all(paths: &[&str], file: &str) -> (usize, usize) {
    let text = Text::new(RepoPath::from("CODEOWNERS"), file.as_bytes().to_vec());
    let file = OwnershipFile::parse(Dialect::GitHub, text);
    let matcher = Matcher::new(file.patterns());
    let mut walker = matcher.last_match();
    let found = paths.iter().filter_map(|path| walker.find(path.as_bytes()));
    found.fold((0, 0), |(count, sum), rule| (count + 1, sum + rule))
}

fn match_all_by_peer(paths: &[&str], file: &str) -> (usize, usize) {
    let rules = codeowners_rs::parse(file).into_ruleset();
    let last = |path: &&&str| {
        rules
            .all_matching_rules(path)
            .iter()
            .map(|(rule, _)| *rule)
            .max()
    };
    let found = paths.iter().filter_map(|path| last(&path));
    found.fold((0, 0), |(count, sum), rule| (count + 1, sum + rule))
}

fn read(folder: &std::path::Path) -> Inputs {
    let text = |name: String| std::fs::read_to_string(folder.join(name)).expect("an input file");
    Inputs {
        paths: text("paths1m.txt".into()),
        rules: [100, 1_000, 10_000]
            .map(|n| (n, text(format!("rules{n}"))))
            .into(),
    }
}

/// A linear congruential generator (Knuth's MMIX constants): inputs are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

fn generate() -> Inputs {
    const WORDS: [&str; 24] = [
        "api", "auth", "billing", "cart", "client", "config", "core", "data", "deploy", "docs",
        "events", "gateway", "graph", "infra", "jobs", "lib", "metrics", "orders", "parser",
        "queue", "search", "storage", "ui", "worker",
    ];
    const ENDINGS: [&str; 10] = [
        "go", "py", "ts", "tsx", "md", "yaml", "json", "rs", "java", "sql",
    ];
    let mut random = Random(7);
    let mut folders = Vec::new();
    for top in 0..60 {
        let top = format!("{}-{top}", WORDS[random.below(24)]);
        for sub in 0..40 {
            let sub = format!("{top}/{}_{sub}", WORDS[random.below(24)]);
            for _ in 0..5 {
                let folder = format!("{sub}/{}", WORDS[random.below(24)]);
                if random.below(2) == 0 {
                    folders.push(format!("{folder}/{}", WORDS[random.below(24)]));
                }
                folders.push(folder);
            }
            folders.push(sub);
        }
    }
    let mut paths = String::new();
    for n in 0..1_000_000 {
        let folder = &folders[random.below(folders.len())];
        let (word, ending) = (WORDS[random.below(24)], ENDINGS[random.below(10)]);
        paths += &format!("{folder}/{word}_{}.{ending}\n", n % 5_000);
    }
    let rules = [100, 1_000, 10_000].map(|number| {
        let mut file = String::from("* @org/fallback\n");
        for _ in 1..number {
            let folder = &folders[random.below(folders.len())];
            let top = folder.split('/').next().unwrap_or_default();
            let (word, ending) = (WORDS[random.below(24)], ENDINGS[random.below(10)]);
            let n = random.below(5_000);
            let pattern = match random.below(100) {
                0..60 => format!("/{folder}/"),
                60..70 => format!("/{folder}/*.{ending}"),
                70..80 => format!("/{top}/**/{word}_{n}.*"),
                80..87 => format!("{word}_{n}.{ending}"),
                87..93 => format!("{word}_{}/", n % 40),
                _ => format!("/{folder}"),
            };
            file += &format!("{pattern} @org/team-{}\n", random.below(200));
        }
        (number, file)
    });
    Inputs {
        paths,
        rules: rules.into(),
    }
}
