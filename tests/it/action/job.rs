//! A repository, a change to it, and the job that checks the change.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::runner::{Call, Outcome, Values, action, run};
use crate::sandbox::Sandbox;

/// A hash that no commit has.
pub(super) const ZERO: &str = "0000000000000000000000000000000000000000";

/// A remote repository, with a job that checks it out. The sandbox's `work` is the remote.
pub(super) struct Job {
    pub(super) remote: Sandbox,
    /// What the workflow has under `with`.
    pub(super) inputs: Values,
    /// What differs from a usual environment.
    pub(super) environment: Values,
    /// `github.action_ref`: how the workflow calls the action.
    pub(super) called_as: String,
}

/// What started the job.
pub(super) struct Started {
    /// The event's name.
    pub(super) name: &'static str,
    /// Its file.
    pub(super) file: String,
    /// What is checked out.
    pub(super) commit: String,
    /// Its name.
    pub(super) reference: String,
}

/// How the workflow calls actions/checkout.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checkout {
    /// `fetch-depth`; 0 for all.
    pub(super) depth: usize,
    pub(super) filter: Option<&'static str>,
    pub(super) sparse: Option<Sparse>,
    /// Where it goes, below the workspace.
    pub(super) path: &'static str,
}

/// `sparse-checkout`, and whether `sparse-checkout-cone-mode` is on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sparse {
    Cone(&'static str),
    Patterns(&'static str),
}

/// Who the pull request is of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum From {
    Branch,
    Fork,
}

impl Job {
    /// A repository with these files on `main`.
    pub(super) fn new(files: &str) -> Job {
        let remote = Sandbox::repository(files);
        for folder in ["temp", "bin"] {
            fs::create_dir_all(remote.path(format!("../{folder}"))).unwrap();
        }
        // As GitHub answers partial clones.
        remote.git(["config", "uploadpack.allowFilter", "true"]);
        let job = Job {
            remote,
            inputs: Values::new(),
            environment: Values::new(),
            called_as: String::new(),
        };
        job.with_cargo();
        job
    }

    /// Puts a `cargo` on the path that builds nothing: it notes how it was called, and puts the program
    /// under test where the build would.
    fn with_cargo(&self) {
        let cargo = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$PWD\" \"$@\" >'{}'\nwhile [ \"$1\" != --target-dir ]; do shift; done\n\
             mkdir -p \"$2/release\"\nln -sf '{}' \"$2/release/bailiwick\"\n",
            self.path("cargo-arguments").display(),
            env!("CARGO_BIN_EXE_bailiwick")
        );
        self.program("cargo", &cargo);
        self.program("rustup", "#!/bin/sh\n");
    }

    /// Puts a script on the path.
    pub(super) fn program(&self, name: &str, script: &str) {
        let file = self.path(&format!("bin/{name}"));
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A place beside the remote.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.remote.path(format!("../{name}"))
    }

    /// With an input.
    pub(super) fn with(mut self, name: &str, value: &str) -> Job {
        self.inputs.insert(name.into(), value.into());
        self
    }

    /// With a variable in the job's environment.
    pub(super) fn env(mut self, name: &str, value: &str) -> Job {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// The hash of a revision of the remote.
    pub(super) fn hash(&self, revision: &str) -> String {
        self.remote.git(["rev-parse", revision])
    }

    /// Commits what is in the remote's worktree to a branch, and gives the commit.
    pub(super) fn commit(&self, branch: &str) -> String {
        self.remote.git(["checkout", "-q", "-B", branch]);
        self.remote.commit();
        self.hash("HEAD")
    }

    /// A pull request that changes these files; its merge into `main` is what GitHub checks out.
    pub(super) fn pull_request(&self, from: From, files: &str) -> Started {
        let base = self.hash("main");
        self.remote.add(files);
        self.pull_request_of_worktree(from, &base)
    }

    /// A pull request of what is in the remote's worktree.
    pub(super) fn pull_request_of_worktree(&self, from: From, base: &str) -> Started {
        let head = self.commit("feature");
        self.remote.git(["checkout", "-q", "--detach", "main"]);
        let message = format!("Merge {head} into {}", self.hash("main"));
        self.remote
            .git(["merge", "-q", "--no-ff", "-m", &message, "feature"]);
        let commit = self.hash("HEAD");
        self.remote
            .git(["update-ref", "refs/pull/7/merge", &commit]);
        self.remote.git(["update-ref", "refs/pull/7/head", &head]);
        self.remote.git(["checkout", "-q", "main"]);
        let owner = if from == From::Fork {
            "stranger"
        } else {
            "acme"
        };
        let file = json!({
            "action": "synchronize",
            "number": 7,
            "pull_request": {
                "number": 7,
                "title": "::error::pwned\nresult=clean",
                "body": "$(touch pwned) `touch pwned` ${{ github.token }}",
                "base": { "ref": "main", "sha": base, "repo": { "full_name": "acme/shop" } },
                "head": {
                    "ref": "feature;touch${IFS}pwned",
                    "sha": head,
                    "repo": { "full_name": format!("{owner}/shop"), "fork": from == From::Fork },
                },
                "merge_commit_sha": commit,
            },
            "repository": { "full_name": "acme/shop", "default_branch": "main" },
        });
        Started {
            name: "pull_request",
            file: file.to_string(),
            commit,
            reference: "refs/pull/7/merge".into(),
        }
    }

    /// A push of these files to a branch, which stood at `before`.
    pub(super) fn push(&self, branch: &str, before: &str, files: &str) -> Started {
        self.remote.add(files);
        let commit = self.commit(branch);
        let reference = format!("refs/heads/{branch}");
        let file = json!({
            "ref": reference,
            "before": before,
            "after": commit,
            "created": before == ZERO,
            "repository": { "full_name": "acme/shop", "default_branch": "main" },
        });
        Started {
            name: "push",
            file: file.to_string(),
            commit,
            reference,
        }
    }

    /// An event of this name, with what `main` holds.
    pub(super) fn event(&self, name: &'static str, file: Value) -> Started {
        Started {
            name,
            file: file.to_string(),
            commit: self.hash("main"),
            reference: "refs/heads/main".into(),
        }
    }

    /// Checks out as actions/checkout does, so deep (0 for all), and runs the action.
    pub(super) fn run(&self, started: &Started, depth: usize) -> Outcome {
        self.check_out(started, depth);
        self.run_here(started)
    }

    /// Checks out as actions/checkout does.
    pub(super) fn check_out(&self, started: &Started, depth: usize) {
        let checkout = Checkout {
            depth,
            ..Checkout::default()
        };
        self.check_out_as(started, &checkout);
    }

    /// Checks out by the git commands of actions/checkout 4 and 5: `git-source-provider.ts`, `git-command-manager.ts` and
    /// `ref-helper.ts` there.
    pub(super) fn check_out_as(&self, started: &Started, checkout: &Checkout) {
        let folder = self.workspace().join(checkout.path);
        fs::create_dir_all(&folder).unwrap();
        let shown = folder.to_str().unwrap();
        let git = |arguments: &[&str]| {
            let arguments: Vec<&str> = ["-C", shown].iter().chain(arguments).copied().collect();
            self.remote.git_all(&arguments);
        };
        let url = format!("file://{}", self.remote.path("").display());
        git(&["init", "-q"]);
        git(&["remote", "add", "origin", &url]);
        git(&["config", "--local", "gc.auto", "0"]);
        let reference = started.reference.as_str();
        let branch = reference.strip_prefix("refs/heads/");
        let local = match (branch, reference.strip_prefix("refs/pull/")) {
            (Some(branch), _) => format!("refs/remotes/origin/{branch}"),
            (_, Some(pull)) => format!("refs/remotes/pull/{pull}"),
            _ => reference.to_owned(),
        };
        let refspec = format!("+{}:{local}", started.commit);
        let depth = format!("--depth={}", checkout.depth);
        // A sparse checkout is a partial clone, unless the workflow names another filter.
        let filter = checkout.filter.or(checkout.sparse.map(|_| "blob:none"));
        let filter = filter.map(|filter| format!("--filter={filter}"));
        let mut fetch = vec![
            "-c",
            "protocol.version=2",
            "fetch",
            "-q",
            "--no-tags",
            "--prune",
        ];
        fetch.push("--no-recurse-submodules");
        fetch.extend(filter.as_deref());
        match checkout.depth {
            0 => {
                let all = [
                    "+refs/heads/*:refs/remotes/origin/*",
                    "+refs/tags/*:refs/tags/*",
                ];
                fetch.push("origin");
                fetch.extend(all);
                // A branch is among all of them.
                fetch.extend(branch.is_none().then_some(refspec.as_str()));
            }
            _ => fetch.extend([depth.as_str(), "origin", &refspec]),
        }
        git(&fetch);
        match checkout.sparse {
            None => {}
            Some(Sparse::Cone(folder)) => git(&["sparse-checkout", "set", folder]),
            Some(Sparse::Patterns(patterns)) => {
                git(&["config", "core.sparseCheckout", "true"]);
                fs::write(folder.join(".git/info/sparse-checkout"), patterns).unwrap();
            }
        }
        match branch {
            Some(branch) => git(&["checkout", "-q", "--force", "-B", branch, &local]),
            None => git(&["checkout", "-q", "--force", &local]),
        }
    }

    /// Where the repository is checked out.
    pub(super) fn workspace(&self) -> PathBuf {
        self.path("workspace")
    }

    /// Runs the action on what is checked out.
    pub(super) fn run_here(&self, started: &Started) -> Outcome {
        self.run_inputs(&self.inputs, started)
    }

    /// Runs the action on what is checked out, with one input changed.
    pub(super) fn run_with(&self, input: &str, value: &str, started: &Started) -> Outcome {
        let mut inputs = self.inputs.clone();
        inputs.insert(input.into(), value.into());
        self.run_inputs(&inputs, started)
    }

    fn run_inputs(&self, inputs: &Values, started: &Started) -> Outcome {
        let event = self.path("temp/event.json");
        fs::write(&event, &started.file).unwrap();
        let path = std::env::var("PATH").unwrap();
        let temporary = self.path("temp");
        let (workspace, home) = (self.workspace(), self.path("home"));
        let variables = [
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", started.name),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_REF", &started.reference),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_SERVER_URL", "https://github.invalid"),
            ("GITHUB_SHA", &started.commit),
            ("GITHUB_WORKSPACE", workspace.to_str().unwrap()),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("HOME", home.to_str().unwrap()),
            ("PATH", &format!("{}:{path}", self.path("bin").display())),
            ("RUNNER_ARCH", "X64"),
            ("RUNNER_OS", "Linux"),
            ("RUNNER_TEMP", temporary.to_str().unwrap()),
        ];
        let mut environment: Values = variables
            .iter()
            .map(|&(name, value)| (name.into(), value.into()))
            .collect();
        environment.extend(self.environment.clone());
        let context = [
            ("action_ref", self.called_as.as_str()),
            ("action_repository", "acme/bailiwick"),
            ("token", "ghs_default"),
        ];
        let outcome = run(&Call {
            action: &action(),
            inputs,
            context: &context
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            environment: &environment,
            workspace: &self.workspace(),
            temporary: &temporary,
        });
        // Whatever there was to check, the runner obeyed nothing but annotations, and showed all of them.
        assert_eq!(outcome.commands, Vec::<String>::new(), "{}", outcome.log);
        assert_eq!(outcome.set, Values::new());
        // A workflow has inputs and no options.
        for (_, _, message) in &outcome.annotations {
            for option in [
                "`--since",
                "`--policy",
                "`--online",
                "`--formats",
                "leave `--",
            ] {
                assert!(!message.contains(option), "{message}");
            }
        }
        assert_eq!(outcome.dropped, 0);
        for made in ["pwned", "workspace/pwned", "temp/pwned"] {
            assert!(!self.path(made).exists(), "{made}");
        }
        outcome
    }

    /// Makes a link in the remote's worktree.
    pub(super) fn link(&self, target: &str, name: &str) {
        symlink(target, self.remote.path(name)).unwrap();
    }
}

/// All that a run reports of what it checked: equal runs report the same.
pub(super) fn reported(outcome: &Outcome) -> Vec<String> {
    let outputs = [
        "result",
        "errors",
        "warnings",
        "notes",
        "findings",
        "base",
        "teams",
        "approvals",
    ];
    let mut reported: Vec<String> = outputs
        .map(|name| format!("{name}={}", outcome.output(name)))
        .into();
    let mut annotations: Vec<String> = outcome
        .annotations
        .iter()
        .map(|annotation| format!("{annotation:?}"))
        .collect();
    annotations.sort();
    reported.extend(annotations);
    reported
}

/// `level rule place` of each annotation of a finding, sorted.
pub(super) fn annotated(outcome: &Outcome) -> Vec<String> {
    let is_finding = |it: &&(String, Values, String)| !is_about_change(it);
    let line = |(level, properties, _): &(String, Values, String)| {
        let property = |name| properties.get(name).map_or("", String::as_str);
        format!(
            "{level} {} {}:{}",
            property("title"),
            property("file"),
            property("line")
        )
    };
    let mut lines: Vec<_> = outcome
        .annotations
        .iter()
        .filter(is_finding)
        .map(line)
        .collect();
    lines.sort();
    lines
}

/// Whether an annotation tells of the change as a whole.
pub(super) fn is_about_change((level, properties, message): &(String, Values, String)) -> bool {
    level == "notice" && properties["title"] == "bailiwick" && message.starts_with("change: ")
}
