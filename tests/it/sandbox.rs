//! A temporary folder with a repository in it, and the program run there: no configuration and no
//! variable of the machine reaches either git or the program.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a run may take, whatever its input; also in a build without optimization.
const PATIENCE: Duration = Duration::from_secs(60);

/// A temporary folder. Its subfolder `work` is the repository or plain folder that tests are about.
pub(crate) struct Sandbox {
    folder: PathBuf,
    _temporary: tempfile::TempDir,
}

impl Sandbox {
    /// A plain folder with these files: `-- path --` starts each.
    pub(crate) fn folder(text: &str) -> Sandbox {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = fs::canonicalize(temporary.path()).expect("its real path");
        fs::create_dir_all(folder.join("work")).expect("a folder");
        fs::create_dir_all(folder.join("home")).expect("a folder");
        let sandbox = Sandbox {
            folder,
            _temporary: temporary,
        };
        sandbox.add(text);
        sandbox
    }

    /// A git repository with these files, committed.
    pub(crate) fn repository(text: &str) -> Sandbox {
        let sandbox = Sandbox::folder(text);
        sandbox.git(["init", "-q", "-b", "main"]);
        sandbox.commit();
        sandbox
    }

    /// Writes more files.
    pub(crate) fn add(&self, text: &str) {
        let mut files: Vec<(&str, String)> = Vec::new();
        for line in text.lines() {
            let header = line
                .strip_prefix("-- ")
                .and_then(|rest| rest.strip_suffix(" --"));
            match (header, files.last_mut()) {
                (Some(path), _) => files.push((path, String::new())),
                (None, Some((_, content))) => *content += &format!("{line}\n"),
                (None, None) => assert!(line.is_empty(), "text before the first file: {line}"),
            }
        }
        for (path, content) in files {
            self.write(path, content);
        }
    }

    /// Writes one file.
    pub(crate) fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A place below `work`; with `../` one beside it.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        match path.as_ref().strip_prefix("..") {
            Ok(beside) => self.folder.join(beside),
            Err(_) => self.folder.join("work").join(path),
        }
    }

    /// Commits everything in `work`.
    pub(crate) fn commit(&self) {
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "--allow-empty", "-m", "change"]);
    }

    /// Commits everything in `work` at noon of a day, as `name <name@acme.test>`.
    pub(crate) fn commit_as(&self, name: &str, day: &str) {
        self.git(["add", "-A"]);
        let (email, date) = (format!("{name}@acme.test"), format!("{day}T12:00:00Z"));
        let status = self
            .command("git")
            .args(["commit", "-q", "--allow-empty", "-m", "change"])
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), name)))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), &email)))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), &date)))
            .status();
        assert!(status.expect("git runs").success());
    }

    /// Runs git in `work` and gives what it prints; it must succeed.
    pub(crate) fn git<const N: usize>(&self, arguments: [&str; N]) -> String {
        self.git_all(&arguments)
    }

    /// As [`Sandbox::git`], for arguments whose number is not fixed.
    pub(crate) fn git_all(&self, arguments: &[&str]) -> String {
        let output = self
            .command("git")
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .output()
            .expect("git runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// Runs the program in `work`.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.bailiwick(arguments).run()
    }

    /// The program, to be run in `work`.
    pub(crate) fn bailiwick<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Bailiwick {
        let arguments = arguments.into_iter().map(|it| it.as_ref().to_owned());
        let arguments: Vec<_> = arguments.collect();
        let mut command = self.command(env!("CARGO_BIN_EXE_bailiwick"));
        command.args(&arguments);
        // The repositories of tests have no README but where it matters.
        let names_it = |it: &OsString| it.to_string_lossy().contains("documentation");
        if arguments.first().is_some_and(|it| it == "check") && !arguments.iter().any(names_it) {
            command.args(["--ignore", "documentation/missing-readme"]);
        }
        Bailiwick {
            command,
            input: Vec::new(),
        }
    }

    /// `check` on these arguments as a JSON document.
    pub(crate) fn report<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Value {
        let mut all = vec![OsStr::new("check").to_owned()];
        all.extend(["--format", "json", "--as-of", "2026-01-15"].map(Into::into));
        all.extend(arguments.into_iter().map(|it| it.as_ref().to_owned()));
        let run = self.run(all);
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr))
    }

    /// What `check` finds: `level rule place` for each finding, in order.
    pub(crate) fn findings<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Vec<String> {
        lines_of(&self.report(arguments)["findings"])
    }

    /// A program, to be run in `work` without the machine's environment.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path("")).env_clear();
        // Windows programs do not start without these.
        for name in ["PATH", "SystemRoot", "TEMP"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.path("../home"));
        command
    }
}

/// `level rule place` for each finding of a JSON report, such as `error codeowners/invalid-line
/// CODEOWNERS:2`.
pub(crate) fn lines_of(findings: &Value) -> Vec<String> {
    let line = |finding: &Value| {
        let location = &finding["location"];
        let path = location["path"].as_str().unwrap_or(".");
        let line = location["line"].as_u64();
        let line = line.map_or(String::new(), |line| format!(":{line}"));
        let text = |key: &str| finding[key].as_str().expect("text");
        format!("{} {} {path}{line}", text("level"), text("rule"))
    };
    findings
        .as_array()
        .expect("findings")
        .iter()
        .map(line)
        .collect()
}

/// A run to be.
pub(crate) struct Bailiwick {
    command: Command,
    input: Vec<u8>,
}

impl Bailiwick {
    /// With this on its standard input.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// In this folder.
    pub(crate) fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this variable in its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it. Whatever it was asked for, it must end in time, by itself, and without a panic.
    pub(crate) fn run(mut self) -> Run {
        let start = Instant::now();
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        let input = std::mem::take(&mut self.input);
        // It may end without having read all of its input.
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
        let out = thread::spawn(move || read(stdout.as_mut().expect("piped")));
        let err = thread::spawn(move || read(stderr.as_mut().expect("piped")));
        let status = loop {
            if let Some(status) = child.try_wait().expect("a status") {
                break status;
            }
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("{:?} took too long", self.command);
            }
            thread::sleep(Duration::from_millis(2));
        };
        writer.join().expect("written");
        let bytes = out.join().expect("read");
        let run = Run {
            code: status.code(),
            stdout: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            stderr: String::from_utf8_lossy(&err.join().expect("read")).into_owned(),
        };
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert!(matches!(run.code, Some(0..=3)), "{status}: {}", run.stderr);
        run
    }
}

fn read(from: &mut impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("read");
    bytes
}

/// How a run ended, and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Its standard output; the exit code must be this one.
    pub(crate) fn exits(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        &self.stdout
    }

    /// What it said on standard error, as one line: words, whatever the width they are wrapped to.
    pub(crate) fn said(&self) -> String {
        self.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Its standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}
