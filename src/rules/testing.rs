//! Runs one rule over a small repository that a test writes down, without a disk.
//!
//! A repository is text as in the examples of the rules' pages: `-- path --` starts a file, and
//! `-- path (padded to N bytes) --` one whose rest is `#`. `-- (history) --` starts its commits, the oldest
//! first, one a line: `2026-01-10 ann: a.rs old.rs=>new.rs -gone.rs`. Their author is `ann`, with the address
//! `ann@acme.test`. `2026-01-10 ann reverting: a.rs` takes something back, and `2026-01-11 tag: v1.0.0` is a
//! tag on the commit before it. `-- (forge) --` starts what the forge knows, as in `scripted_forge`.

use jiff::civil::{Date, date};

use super::{
    Check, FileGroup, Grouping, OwnerUse, PolicyFacts, Rule, RuleLine, Verdict, View, Violation,
    scripted_forge,
};
use crate::analysis::Measures;
use crate::codeowners::{Dialect, OwnershipFile};
use crate::facts::{
    Author, Candidate, CommitId, CommitRecord, Descriptor, FileEvidence, Gap, History, Location,
    Lookup, Name, Person, Place, RecordedChange, Reference, Repository, Roster, Tag, Tally, Team,
};
use crate::graph::{Graph, Member};
use crate::identity::Directory;
use crate::ownership::Ownership;
use crate::policy::{Options, Origin, Policy, PolicyFiles, Settings};
use crate::rules::ExceptionUse;
use crate::text::{RepoPath, Span, Text};

/// The day of all tests.
pub(super) const TODAY: Date = date(2026, 1, 15);

/// A repository with all that a rule may look at.
#[derive(Default)]
pub(super) struct MiniRepository {
    repository: Repository,
    /// Other repositories of the same run: those before it, and those behind it.
    others: [Vec<Repository>; 2],
    policy: Option<PolicyFacts>,
    exception: Option<ExceptionUse>,
    enabled: Vec<&'static str>,
}

impl MiniRepository {
    /// The repository of this text.
    pub(super) fn new(text: &str) -> Self {
        let mut files = files(text);
        let history = commits(&mut files);
        let forge = scripted_forge::take(&mut files);
        let mut repository = Repository {
            tree: files.iter().map(|&(path, _)| path).collect(),
            history: history.map(|commits| walked(&commits)),
            forge: forge.map(|forge| Ok(std::sync::Arc::new(forge))),
            ..Repository::default()
        };
        for &location in Dialect::GitHub.locations() {
            let Some((_, content)) = files.iter().find(|&&(path, _)| path == location) else {
                continue;
            };
            let found = &mut repository.ownership_files;
            if found.in_use.present().is_some() {
                found.ignored.push(location.into());
                continue;
            }
            let text = Text::new(location.into(), content.clone());
            found.in_use = Lookup::Present(OwnershipFile::parse(Dialect::GitHub, text));
        }
        for (path, content) in &files {
            if path.rsplit('/').next() == Some("service.toml") {
                let text = Text::new("service.toml".into(), content.clone());
                let (service, faults) = crate::sources::catalog::read_service_file(&text);
                let descriptor = Descriptor {
                    services: service.into_iter().collect(),
                    faults,
                    ..Descriptor::default()
                };
                let found = FileEvidence {
                    descriptor: Some(descriptor),
                    ..FileEvidence::default()
                };
                let place = repository.tree.find(path.as_bytes()).unwrap();
                let place = u32::try_from(place).unwrap();
                repository.evidence.files.push((place, found.into()));
            }
        }
        for (path, content) in &files {
            if !crate::sources::catalog::running::wants(path.as_bytes()) {
                continue;
            }
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = Text::new(name.into(), content.clone());
            let found = FileEvidence {
                running: crate::sources::catalog::running::read(&text),
                ..FileEvidence::default()
            };
            if found.running.is_some() {
                let place = repository.tree.find(path.as_bytes()).unwrap();
                let place = u32::try_from(place).unwrap();
                repository.evidence.files.push((place, found.into()));
            }
        }
        repository.evidence.files.sort_by_key(|&(place, _)| place);
        MiniRepository {
            repository,
            ..MiniRepository::default()
        }
    }

    /// The same, of which a forge knows what these lines say.
    pub(super) fn forge(mut self, lines: &str) -> Self {
        self.repository.forge = Some(Ok(std::sync::Arc::new(scripted_forge::read(lines))));
        self
    }

    /// The same, of which the commits of before this day were left out: those that it has are the rest.
    pub(super) fn read_since(mut self, day: Date) -> Self {
        let history = self.repository.history.as_mut().unwrap();
        let start = crate::analysis::end_of(day.saturating_sub(jiff::Span::new().days(1)));
        history.since = Some(start);
        history.window = history.window.max(history.since);
        self
    }

    /// A repository of these paths with this text at `CODEOWNERS`.
    pub(super) fn owned(ownership: &str, paths: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let paths = paths
            .into_iter()
            .map(|path| format!("-- {} --\n", path.as_ref()));
        let paths: String = paths.collect();
        MiniRepository::new(&format!(
            "-- CODEOWNERS --\n{}\n{paths}",
            ownership.trim_end()
        ))
    }

    /// The same, but the content of the ownership file could not be had.
    pub(super) fn unreadable(mut self, gap: Gap) -> Self {
        self.repository.ownership_files.in_use = Lookup::Unavailable(gap);
        self
    }

    /// The same with a roster that is complete for these organizations and has these teams.
    pub(super) fn roster(mut self, covers: &[&str], teams: &[(&str, &[&str])]) -> Self {
        let teams = teams.iter().map(|(handle, members)| {
            format!("[[teams]]\nhandle = {handle:?}\nmembers = {members:?}\n")
        });
        let path = RepoPath::from("people.toml");
        let text = Text::new(path.clone(), teams.collect::<String>().into_bytes());
        let covers = covers.iter().map(|&name| name.to_owned()).collect();
        let roster = crate::sources::catalog::roster::read(text, Place::File(path), covers);
        self.repository.rosters.push(roster.unwrap());
        self
    }

    /// The same with the roster of a forge, as it has it of the organization `acme`: its people, and its teams,
    /// whose first members lead them.
    pub(super) fn forge_roster(mut self, people: &[&str], teams: &[(&str, &[&str])]) -> Self {
        let nowhere = || Location::repository("");
        let user = |login: &str| {
            let text = Text::new(RepoPath::default(), Vec::new());
            Reference {
                text: format!("@{login}"),
                name: Name::User(login.into()),
                excerpt: text.excerpt(Span::new(0, 0)),
            }
        };
        let people = people.iter().map(|&login| Person {
            login: Some(login.to_owned()),
            ..Person::new(nowhere())
        });
        let teams = teams.iter().map(|&(handle, members)| Team {
            handle: Some(handle.to_owned()),
            lead: members.first().map(|it| user(it)),
            members: Some(members.iter().map(|it| user(it)).collect()),
            ..Team::new(nowhere())
        });
        self.repository.rosters.push(Roster {
            source: "github.com/acme".into(),
            covers: vec!["acme".into()],
            complete: false,
            leaves_out_guests: true,
            people: people.collect(),
            teams: teams.collect(),
        });
        self
    }

    /// The same with what its files `service.toml` declare, and a policy that declares this: `[[services]]`, `[[teams]]`, `[[people]]`,
    /// `[[journeys]]`, `[services]`, `[catalog]` and `[[rosters]]`-like tables.
    pub(super) fn declare(mut self, toml: &str) -> Self {
        struct One<'t>(&'t str);
        impl PolicyFiles for One<'_> {
            fn read(&self, _: &RepoPath) -> Result<Vec<u8>, crate::facts::Gap> {
                Ok(self.0.as_bytes().to_vec())
            }
        }
        let path = RepoPath::from("bailiwick.toml");
        let policy = Policy::load(&path, &One(toml), &super::specs(), &super::RETIRED);
        let reading = policy.unwrap_or_else(|errors| panic!("{errors}")).reading;
        let place = Some(Place::File(path));
        let (catalog, rosters) =
            crate::sources::catalog::declared(&reading, place, &One("")).unwrap();
        let repository = &mut self.repository;
        repository.catalog = catalog;
        repository.rosters.extend(rosters);
        crate::sources::catalog::assemble(
            &mut repository.catalog,
            &mut repository.rosters,
            &repository.tree,
            &repository.evidence,
            &reading,
            &crate::sources::catalog::Origin {
                name: &repository.name,
                organization: repository.organization.as_deref(),
            },
        );
        self
    }

    /// The same under another name.
    pub(super) fn named(mut self, name: &str) -> Self {
        self.repository.name = name.into();
        self
    }

    /// The same in a run with another repository behind it, which is not judged itself.
    pub(super) fn beside(mut self, other: MiniRepository) -> Self {
        self.others[1].push(other.repository);
        self
    }

    /// The same in a run with another repository before it, which is not judged itself.
    pub(super) fn behind(mut self, other: MiniRepository) -> Self {
        self.others[0].push(other.repository);
        self
    }

    /// The same with these folders that look deployable: each with the file that says so.
    pub(super) fn candidates(mut self, candidates: &[(&str, &str)]) -> Self {
        let candidates = candidates.iter().map(|&(folder, file)| Candidate {
            name: folder.rsplit('/').next().unwrap_or_default().into(),
            folder: folder.into(),
            evidence: vec![Location::file(file.into(), "builds it")],
        });
        self.repository.catalog.candidates.extend(candidates);
        self
    }

    /// The same with a policy that was reviewed on this day.
    pub(super) fn policy(mut self, reviewed: Option<Date>) -> Self {
        let location = Location::file("bailiwick.toml".into(), "");
        self.policy = Some(PolicyFacts { location, reviewed });
        self
    }

    /// The same in a run of this rule too.
    pub(super) fn enabled(mut self, rule: &'static str) -> Self {
        self.enabled.push(rule);
        self
    }

    /// The same with this exception as the only one.
    pub(super) fn exception(mut self, exception: ExceptionUse) -> Self {
        self.exception = Some(exception);
        self
    }

    /// What the rule says with its default options: one paragraph for each violation and each skip;
    /// `pass` or `not applicable` where there is neither.
    pub(super) fn check(&self, rule: &Rule) -> String {
        self.check_boxed(rule, (rule.spec.default_options)())
    }

    /// [`MiniRepository::check`] with these options.
    pub(super) fn check_with(&self, rule: &Rule, options: impl Options) -> String {
        self.check_boxed(rule, Box::new(options))
    }

    fn check_boxed(&self, rule: &Rule, options: Box<dyn Options>) -> String {
        let settings = Settings {
            level: rule.spec.level,
            origin: Origin::Pack("bailiwick:recommended"),
            required: false,
            options,
        };
        let verdicts = self.verdicts(rule, &settings);
        let applies = verdicts
            .iter()
            .any(|verdict| !matches!(verdict, Verdict::NotApplicable));
        let text: String = verdicts.iter().map(render).collect();
        match (text.is_empty(), applies) {
            (false, _) => text,
            (true, true) => "pass\n".into(),
            (true, false) => "not applicable\n".into(),
        }
    }

    fn verdicts(&self, rule: &Rule, settings: &Settings) -> Vec<Verdict> {
        let verdicts = self.all_verdicts(rule, settings);
        let is_declared = |violation: &Violation| {
            let sums_up = rule.places.contains(&Grouping::Summary);
            let has_causes =
                rule.cause().is_some() || rule.places.contains(&Grouping::EditsByCause);
            (violation.places.is_empty() || sums_up) && (violation.cause.is_none() || has_causes)
        };
        for verdict in &verdicts {
            if let Verdict::Fail(violations) = verdict {
                let id = rule.spec.id;
                assert!(
                    violations.iter().all(is_declared),
                    "{id} declares no such places"
                );
            }
        }
        verdicts
    }

    fn all_verdicts(&self, rule: &Rule, settings: &Settings) -> Vec<Verdict> {
        let repository = &self.repository;
        let file = repository.ownership_files.in_use.present();
        let [before, behind] = &self.others;
        let place = before.len();
        let all: Vec<&Repository> = before.iter().chain([repository]).chain(behind).collect();
        let resolve = |repository: &&Repository| {
            let file = repository.ownership_files.in_use.present();
            let resolve = |file| Ownership::resolve(&repository.tree, file);
            file.map(resolve).unwrap_or_default()
        };
        let ownership: Vec<Ownership> = all.iter().map(resolve).collect();
        let directory = Directory::of(
            all.iter().flat_map(|repository| &repository.rosters),
            all.iter().filter_map(|it| it.organization.clone()),
            [],
        );
        let members = all.iter().zip(&ownership);
        let members = members.map(|(&repository, ownership)| Member {
            repository,
            ownership,
        });
        let graph = Graph::new(members.collect(), &directory);
        let measures = Measures::new(&graph, TODAY, false, |_, _| false);
        let mut view = View::new(&graph, place, self.policy.as_ref(), TODAY);
        let mut all = graph.members().iter();
        let is_read =
            all.any(|it| it.repository.history.is_some() || it.repository.forge.is_some());
        view.measures = is_read.then_some(&measures);
        view.enabled.extend(&self.enabled);
        match (rule.check, file) {
            (Check::Repository(check), _) => vec![check(&view, settings)],
            (Check::Files(check), _) => {
                vec![check(
                    &FileGroup::All(repository.tree.len()),
                    &view,
                    settings,
                )]
            }
            (Check::Policy(check), _) => {
                self.policy.iter().map(|_| check(&view, settings)).collect()
            }
            (Check::Exception(check), _) => self
                .exception
                .iter()
                .map(|exception| check(exception, &view, settings))
                .collect(),
            (Check::Marker(check), _) => view
                .all_markers()
                .map(|fact| check(&fact, &view, settings))
                .collect(),
            (Check::CodeSuppression(check), _) => {
                let all = view.all_code_suppressions();
                all.map(|fact| check(&fact, &view, settings)).collect()
            }
            (Check::Document(check), _) => view
                .documents()
                .map(|fact| check(&fact, &view, settings))
                .collect(),
            (Check::Service(check), _) => {
                let services = graph.declared_in(place);
                services.map(|id| check(id, &view, settings)).collect()
            }
            (Check::Entity(check), _) => {
                let entities = view.entities();
                entities.map(|it| check(it, &view, settings)).collect()
            }
            (Check::Team(check), _) => {
                let teams = view.teams().iter().copied();
                teams.map(|team| check(team, &view, settings)).collect()
            }
            (Check::Journey(check), _) => {
                let journeys = 0..graph.journeys().len();
                journeys
                    .filter(|&journey| graph.journeys()[journey].0 == place)
                    .map(|journey| check(journey, &view, settings))
                    .collect()
            }
            (Check::Descriptor(check), _) => {
                let contradictions = graph.contradictions(place);
                let faults = repository.catalog.faults.iter().chain(&contradictions);
                faults.map(|fault| check(fault, &view, settings)).collect()
            }
            (Check::Alert(check), _) => view
                .alerts()
                .map(|fact| check(&fact, &view, settings))
                .collect(),
            (_, None) => Vec::new(),
            (Check::OwnershipFile(check), Some(file)) => vec![check(file, &view, settings)],
            (Check::OwnershipRule(check), Some(file)) => {
                let lines = (0..file.rules().len()).map(|place| RuleLine { file, place });
                lines.map(|line| check(line, &view, settings)).collect()
            }
            (Check::Owner(check), Some(file)) => {
                let owners = OwnerUse::all(file);
                owners
                    .iter()
                    .map(|owner| check(owner, &view, settings))
                    .collect()
            }
        }
    }
}

/// A commit that a text writes down.
pub(super) struct Committed {
    pub(super) day: Date,
    pub(super) author: String,
    /// Whether it takes another one back.
    pub(super) is_revert: bool,
    /// What it does to files: `a.rs`, `old.rs=>new.rs`, `-gone.rs`.
    pub(super) paths: Vec<String>,
    /// Tags on it.
    pub(super) tags: Vec<(Date, String)>,
}

/// Takes the commits out of the files that a text writes down, if it has any.
pub(super) fn commits(files: &mut Vec<(&str, Vec<u8>)>) -> Option<Vec<Committed>> {
    let at = files.iter().position(|&(path, _)| path == "(history)")?;
    let (_, text) = files.remove(at);
    let text = String::from_utf8(text).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    let mut commits: Vec<Committed> = Vec::new();
    for line in lines {
        let (head, paths) = line.split_once(": ").unwrap();
        let (day, author) = head.split_once(' ').unwrap();
        let day = day.parse().unwrap();
        if author == "tag" {
            commits
                .last_mut()
                .unwrap()
                .tags
                .push((day, paths.to_owned()));
            continue;
        }
        let reverting = author.strip_suffix(" reverting");
        commits.push(Committed {
            day,
            author: reverting.unwrap_or(author).to_owned(),
            is_revert: reverting.is_some(),
            paths: paths.split_whitespace().map(str::to_owned).collect(),
            tags: Vec::new(),
        });
    }
    Some(commits)
}

/// The middle of a day.
pub(super) fn midday(day: Date) -> jiff::Timestamp {
    let noon = day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    noon.unwrap().timestamp()
}

/// The history of these commits, each of which landed by itself.
fn walked(commits: &[Committed]) -> History {
    let mut tally = Tally::new(midday(TODAY.saturating_sub(jiff::Span::new().days(365))));
    let mut known = std::collections::BTreeSet::new();
    let mut head = None;
    let (mut tags, mut written) = (Vec::new(), Vec::new());
    for (number, commit) in commits.iter().enumerate() {
        let mut changes = Vec::new();
        for path in &commit.paths {
            let change = if let Some((from, to)) = path.split_once("=>") {
                assert!(known.remove(from), "{from} was never added");
                known.insert(to);
                RecordedChange::Moved(from.as_bytes(), to.as_bytes())
            } else if let Some(gone) = path.strip_prefix('-') {
                assert!(known.remove(gone), "{gone} was never added");
                RecordedChange::Removed(gone.as_bytes())
            } else if known.insert(path) {
                RecordedChange::Added(path.as_bytes())
            } else {
                RecordedChange::Changed(path.as_bytes())
            };
            changes.push(change);
        }
        let mut id = [0; 20];
        id[..4].copy_from_slice(&u32::try_from(number).unwrap().to_be_bytes());
        let author = Author {
            email: format!("{}@acme.test", commit.author),
            name: commit.author.clone(),
        };
        let when = midday(commit.day);
        let record = CommitRecord {
            id: CommitId::Sha1(id),
            author: &author,
            authored: when,
            committed: when,
            is_merge: false,
            is_revert: commit.is_revert,
            changes: &changes,
        };
        written.push(when);
        for (day, name) in &commit.tags {
            tags.push(Tag {
                date: midday(*day),
                name: name.clone(),
                commit: record.id,
                written: std::mem::take(&mut written),
            });
        }
        tally.add(&record);
        tally.land(record.id, when, &[record], &changes);
        head = Some(record.id);
    }
    tally.finish(head, tags, true, Vec::new())
}

/// The files that a text writes down.
pub(super) fn files(text: &str) -> Vec<(&str, Vec<u8>)> {
    let mut files: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut sizes = Vec::new();
    for line in text.lines() {
        let header = line
            .strip_prefix("-- ")
            .and_then(|rest| rest.strip_suffix(" --"));
        match (header, files.last_mut()) {
            (Some(header), _) => {
                let (path, padding) = header.split_once(" (padded to ").unwrap_or((header, ""));
                files.push((path, Vec::new()));
                sizes.push(
                    padding
                        .strip_suffix(" bytes)")
                        .map(|size| size.parse().unwrap()),
                );
            }
            (None, Some((_, content))) => content.extend([line.as_bytes(), b"\n"].concat()),
            (None, None) => assert!(line.is_empty(), "text before the first file: {line}"),
        }
    }
    for ((_, content), size) in files.iter_mut().zip(sizes) {
        content.resize(size.unwrap_or(content.len()), b'#');
    }
    files
}

fn render(verdict: &Verdict) -> String {
    let violations = match verdict {
        Verdict::Pass | Verdict::NotApplicable => return String::new(),
        Verdict::Skip(gap) => return format!("skip {}\n", gap.reason),
        Verdict::Fail(violations) => violations,
    };
    let mut out = String::new();
    for violation in violations {
        out += &format!("fail {} {}\n", place(&violation.primary), violation.message);
        for related in &violation.related {
            out += &format!("  see {} {}\n", place(related), related.label);
        }
        for one in &violation.places {
            out += &format!("  at {} {}\n", place(one), one.label);
        }
        if let Some(level) = violation.at_least {
            out += &format!("  at least {level}\n");
        }
        if let Some(level) = violation.at_most {
            out += &format!("  at most {level}\n");
        }
        if let Some(help) = &violation.help {
            out += &format!("  help: {help}\n");
        }
        for edit in violation.fix.iter().flat_map(|fix| &fix.edits) {
            let Place::File(path) = &violation.primary.place else {
                panic!("a fix without a file");
            };
            assert_eq!(path, &edit.path);
            let (start, end) = (edit.span.start, edit.span.end);
            out += &format!(
                "  fix: bytes {start} to {end} become {:?}\n",
                edit.replacement
            );
        }
    }
    out
}

fn place(location: &Location) -> String {
    let path = match &location.place {
        Place::File(path) => path.to_string_lossy(),
        Place::External(path) => path.into(),
        Place::Repository => "repository".into(),
    };
    match &location.excerpt {
        Some(excerpt) => {
            let position = excerpt.position();
            format!("{path}:{}:{}", position.line, position.column)
        }
        None => path.into_owned(),
    }
}
