//! What a forge knows, as tests and the examples of rules' pages write it down: the section `-- (forge) --`,
//! one fact a line.
//!
//! ```text
//! branch main: 1 approval, code owners
//! line 2: Unknown owner @ann
//! issue 12: closed 2025-11-02
//! link https://wiki.acme.test/disks: 404
//! pull 7 by ann on 2026-01-05 merged 2026-01-09: a.rs b.rs
//! asked @acme/web on 2026-01-05
//! reviewed by bob on 2026-01-08
//! approved by bob on 2026-01-09
//! deployed 3fe2 to production on 2026-01-09
//! failed 41ac to production on 2026-01-09
//! released v1.2.0 on 2026-01-09
//! incident 9 on 2026-01-09 until 2026-01-10
//! ```
//!
//! Times are those of midday. `asked`, `reviewed` and `approved` belong to the pull request above them. What no
//! line speaks of is known to be none, but for branch rules and lines of the ownership file, which nobody asked
//! for where no line speaks of them.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::testing::midday;
use crate::facts::{
    BranchRules, Deliveries, Deployment, Forge, Incident, Issue, IssueName, LinkState, Login, Name,
    OwnerError, OwnerErrors, Pull, Pulls, Release, Review, ReviewRequest, ReviewState,
};
use crate::text::RepoPath;

/// Since when all is known.
const SINCE: Date = date(2025, 7, 19);

/// Takes what the forge knows out of the files that a text writes down, if it says anything of it.
pub(super) fn take(files: &mut Vec<(&str, Vec<u8>)>) -> Option<Forge> {
    let at = files.iter().position(|&(path, _)| path == "(forge)")?;
    let (_, text) = files.remove(at);
    Some(read(&String::from_utf8(text).unwrap()))
}

/// What these lines say.
pub(crate) fn read(text: &str) -> Forge {
    let mut forge = Forge::new("github.com", "acme/shop");
    forge.default_branch = Some("main".into());
    let since = midday(SINCE);
    let (mut pulls, mut deliveries) = (Vec::new(), Deliveries::default());
    deliveries.since = since;
    deliveries.incidents = Some(Vec::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[0] {
            "branch" => forge.branch_rules = Ok(branch(line)),
            "line" => {
                let errors = forge.owner_errors.get_or_insert_with_default();
                errors.errors.extend(owner_error(line));
            }
            "issue" => {
                let (name, issue) = issue(&words);
                forge.issues.insert(name, Ok(issue));
            }
            "link" => {
                let (url, status) = line["link ".len()..].rsplit_once(": ").unwrap();
                let state = match status {
                    "200" => LinkState::Alive,
                    "404" | "410" => LinkState::Gone(status.parse().unwrap()),
                    why => LinkState::Unknown(why.to_owned()),
                };
                forge.links.insert(url.to_owned(), state);
            }
            "pull" => pulls.push(pull(line, &words)),
            "asked" | "reviewed" | "approved" => answer(pulls.last_mut().unwrap(), &words),
            "deployed" | "failed" => deliveries.deployments.push(Deployment {
                environment: words[3].to_owned(),
                commit: words[1].to_owned(),
                created: after("on", &words),
                succeeded: Some((words[0] == "deployed", after("on", &words))),
            }),
            "released" => deliveries.releases.push(Release {
                tag: words[1].to_owned(),
                published: after("on", &words),
            }),
            "incident" => deliveries.incidents.as_mut().unwrap().push(Incident {
                number: words[1].parse().unwrap(),
                opened: after("on", &words),
                closed: word_after("until", &words).map(day),
            }),
            _ => panic!("no fact of a forge: {line}"),
        }
    }
    forge.pulls = Ok(Pulls { since, all: pulls });
    forge.deliveries = Ok(deliveries);
    forge
}

trait OrDefault<T> {
    fn get_or_insert_with_default(&mut self) -> &mut T;
}

impl OrDefault<OwnerErrors> for Result<OwnerErrors, crate::facts::Gap> {
    fn get_or_insert_with_default(&mut self) -> &mut OwnerErrors {
        if self.is_err() {
            *self = Ok(OwnerErrors {
                same_file: true,
                errors: Vec::new(),
            });
        }
        self.as_mut().unwrap()
    }
}

fn branch(line: &str) -> BranchRules {
    let (_, demands) = line.split_once(": ").unwrap();
    let mut rules = BranchRules::default();
    for demand in demands.split(", ") {
        match demand.split_once(" approval") {
            Some((number, _)) => rules.approvals = number.parse().unwrap(),
            None if demand == "code owners" => rules.code_owners = true,
            None => assert_eq!(demand, "nothing"),
        }
    }
    rules
}

/// `line 2: Unknown owner @ann`; `line 2: fine` says that the forge was asked and has nothing to say.
fn owner_error(line: &str) -> Option<OwnerError> {
    let (number, said) = line["line ".len()..].split_once(": ").unwrap();
    let (kind, what) = match said.split_once(" @") {
        Some((kind, owner)) => (kind, format!("@{owner}")),
        None => (said, String::new()),
    };
    (said != "fine").then(|| OwnerError {
        line: number.parse().unwrap(),
        column: 1,
        kind: kind.to_owned(),
        source: what.clone(),
        message: format!("{kind} on line {number}: make sure {what} exists and has write access to the repository"),
    })
}

fn issue(words: &[&str]) -> (IssueName, Issue) {
    let name = IssueName {
        repository: "acme/shop".into(),
        number: words[1].trim_end_matches(':').parse().unwrap(),
    };
    let issue = Issue {
        is_pull: false,
        closed: word_after("closed", words).map(day),
    };
    (name, issue)
}

fn pull(line: &str, words: &[&str]) -> Pull {
    let (_, paths) = line.split_once(':').unwrap_or((line, ""));
    let words: Vec<&str> = words
        .iter()
        .map(|word| word.trim_end_matches(':'))
        .collect();
    let merged = word_after("merged", &words).map(day);
    Pull {
        number: words[1].parse().unwrap(),
        author: word_after("by", &words).map(login),
        base: "main".into(),
        is_draft: words.contains(&"draft"),
        created: after("on", &words),
        ready: word_after("ready", &words).map(day),
        merged,
        closed: merged.or_else(|| word_after("closed", &words).map(day)),
        requests: Vec::new(),
        reviews: Vec::new(),
        paths: paths.split_whitespace().map(RepoPath::from).collect(),
        cut: false,
    }
}

fn answer(pull: &mut Pull, words: &[&str]) {
    let when = after("on", words);
    if words[0] == "asked" {
        let name = words[1].trim_start_matches('@').to_lowercase();
        pull.requests.push(ReviewRequest {
            who: match name.contains('/') {
                true => Name::Team(name.into()),
                false => Name::User(name.into()),
            },
            when: Some(when),
            as_owner: true,
        });
        return;
    }
    pull.reviews.push(Review {
        author: word_after("by", words).map(login),
        when,
        state: match words[0] {
            "approved" => ReviewState::Approved,
            _ => ReviewState::Commented,
        },
    });
}

fn login(name: &str) -> Login {
    Login {
        login: name.trim_start_matches('@').to_lowercase(),
        is_bot: name.ends_with("[bot]"),
    }
}

fn word_after<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    let at = words.iter().position(|&it| it == word)?;
    words.get(at + 1).copied()
}

fn after(word: &str, words: &[&str]) -> Timestamp {
    day(word_after(word, words).unwrap())
}

fn day(text: &str) -> Timestamp {
    midday(text.trim_end_matches(':').parse().unwrap())
}
