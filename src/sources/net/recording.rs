//! Recordings: a folder with a file for each exchange, as the reader saw it, and a manifest.
//!
//! What was refused is written down as what was answered is, so that a replay tells the same. No header of a
//! request is in it, and no credential. People may read and edit it: a body is in it as it was, as JSON.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::answer::{Answer, LinkState};
use super::refusal::Refusal;
use crate::text::list;

/// The version of what is written. A reader knows just one.
const FORMAT: u32 = 1;

const MANIFEST: &str = "manifest.json";

/// The most bytes of a file that is read: a body, written down at its worst.
const MOST_BYTES: u64 = 256 << 20;

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    /// `GET`, `POST`, or `LINK` for whether one leads anywhere.
    pub(super) method: &'static str,
    /// The path with its query; of a link all of it.
    pub(super) path: &'a str,
    /// What was sent, in JSON.
    pub(super) body: Option<&'a str>,
}

impl Asked<'_> {
    /// The name of the file, before the number of those that were asked the same.
    fn name(&self) -> String {
        let mut hash = Sha256::new();
        for part in [self.method, self.path, self.body.unwrap_or_default()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digits = hash.finalize();
        digits[..16].iter().map(|it| format!("{it:02x}")).collect()
    }

    /// As people see it.
    fn shown(&self) -> String {
        format!("`{} {}`", self.method, self.path)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: u32,
    /// Where the API was that was recorded: its answers name it.
    api: String,
}

/// An exchange in a file. One of `answer`, `refusal` and `link` is there; a body is one of the last three.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    method: String,
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Answer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<LinkState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    json: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<Vec<u8>>,
}

/// Writes a recording.
pub(super) struct Recorder {
    folder: PathBuf,
    times: Times,
}

/// Reads a recording.
pub(super) struct Replayer {
    folder: PathBuf,
    api: String,
    times: Times,
    /// What was sent to which path, read once something is missing.
    sent: OnceCell<Vec<(String, Sent)>>,
}

/// A query of GraphQL.
#[derive(Debug, PartialEq, Deserialize)]
struct Sent {
    query: String,
    #[serde(default)]
    variables: BTreeMap<String, serde_json::Value>,
}

/// How many files of a recording are looked through for what is like a query that is missing.
const MOST_LOOKED_AT: usize = 2_000;

/// How often each thing was asked.
#[derive(Default)]
struct Times(RefCell<BTreeMap<String, u32>>);

impl Times {
    fn next(&self, name: &str) -> u32 {
        let mut times = self.0.borrow_mut();
        let time = times.entry(name.to_owned()).or_default();
        *time += 1;
        *time
    }
}

fn file_name(name: &str, time: u32) -> String {
    match time {
        1 => format!("{name}.json"),
        time => format!("{name}-{time}.json"),
    }
}

/// What the names of files start and end with that are not yet written to their end.
const PART: (&str, &str) = ("exchange-", ".part");

/// Whether a name is one that is given here. A run that was ended leaves a part.
fn is_ours(name: &str) -> bool {
    if name.starts_with(PART.0) && name.ends_with(PART.1) {
        return true;
    }
    let Some(stem) = name.strip_suffix(".json") else {
        return false;
    };
    let (digits, time) = stem.split_once('-').unwrap_or((stem, "2"));
    digits.len() == 32
        && digits.bytes().all(|it| it.is_ascii_hexdigit())
        && time.parse::<u32>().is_ok()
}

impl Recorder {
    /// A recording in a folder that need not be there yet. An older recording in it goes.
    ///
    /// # Errors
    /// The folder cannot be written, or holds something else.
    pub(super) fn new(folder: &Path, api: &str) -> Result<Recorder, Refusal> {
        let failed = |error: io::Error| unwritable(folder, &error);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut old = Vec::new();
        let mut others = false;
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            match entry.file_name().to_str() {
                Some(name) if is_ours(name) => old.push(entry.path()),
                Some(MANIFEST) => {}
                _ => others = true,
            }
        }
        // Never remove what might be someone's: a folder is ours by its manifest, and holds nothing else.
        let was_recording = folder.join(MANIFEST).is_file();
        if others || (!old.is_empty() && !was_recording) {
            return Err(Refusal::Unusable {
                message: format!(
                    "`{}` is not empty, and holds more than a recording",
                    folder.display()
                ),
                help: "name a folder that is empty or not there yet".into(),
            });
        }
        for file in old {
            fs::remove_file(file).map_err(failed)?;
        }
        let manifest = Manifest {
            format: FORMAT,
            api: api.to_owned(),
        };
        write(folder, MANIFEST, &manifest).map_err(failed)?;
        Ok(Recorder {
            folder: folder.to_path_buf(),
            times: Times::default(),
        })
    }

    /// Writes down what came of a request.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn note(
        &self,
        asked: &Asked<'_>,
        came: &Result<Answer, Refusal>,
    ) -> Result<(), Refusal> {
        let mut exchange = self.exchange(asked);
        match came {
            Ok(answer) => {
                match std::str::from_utf8(&answer.body) {
                    Err(_) => exchange.bytes = Some(answer.body.clone()),
                    Ok("") => {}
                    Ok(text) => match serde_json::from_str::<Box<RawValue>>(text) {
                        // Space around it would be lost.
                        Ok(json) if json.get() == text => exchange.json = Some(json),
                        _ => exchange.text = Some(text.to_owned()),
                    },
                }
                exchange.answer = Some(answer.clone());
            }
            Err(refusal) => exchange.refusal = Some(refusal.clone()),
        }
        self.write(asked, &exchange)
    }

    /// Writes down what came of a link.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn note_link(&self, asked: &Asked<'_>, state: &LinkState) -> Result<(), Refusal> {
        let mut exchange = self.exchange(asked);
        exchange.link = Some(state.clone());
        self.write(asked, &exchange)
    }

    fn exchange(&self, asked: &Asked<'_>) -> Exchange {
        Exchange {
            method: asked.method.to_owned(),
            path: asked.path.to_owned(),
            asked: asked.body.and_then(|body| serde_json::from_str(body).ok()),
            answer: None,
            refusal: None,
            link: None,
            json: None,
            text: None,
            bytes: None,
        }
    }

    fn write(&self, asked: &Asked<'_>, exchange: &Exchange) -> Result<(), Refusal> {
        let name = asked.name();
        let name = file_name(&name, self.times.next(&name));
        write(&self.folder, &name, exchange).map_err(|error| unwritable(&self.folder, &error))
    }
}

fn write(folder: &Path, name: &str, content: &impl Serialize) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(PART.0)
        .suffix(PART.1)
        .tempfile_in(folder)?;
    let mut text = serde_json::to_vec_pretty(content)?;
    text.push(b'\n');
    file.write_all(&text)?;
    file.persist(folder.join(name))?;
    Ok(())
}

fn unwritable(folder: &Path, error: &io::Error) -> Refusal {
    Refusal::Unusable {
        message: format!(
            "the recording in `{}` cannot be written: {error}",
            folder.display()
        ),
        help: "name a folder that can be written".into(),
    }
}

impl Replayer {
    /// The recording in a folder.
    ///
    /// # Errors
    /// There is none, or it is of another version.
    pub(super) fn open(folder: &Path) -> Result<Replayer, Refusal> {
        let unusable = |why: String| Refusal::Unusable {
            message: format!(
                "`{}` is no recording that can be replayed: {why}",
                folder.display()
            ),
            help: "record one with `--record`, with this version of the program".into(),
        };
        let text = read(&folder.join(MANIFEST)).map_err(|error| unusable(error.to_string()))?;
        // Another version may say more, and is to be told as such.
        #[derive(Deserialize)]
        struct Versioned {
            format: u32,
        }
        let found: Versioned =
            serde_json::from_slice(&text).map_err(|error| unusable(error.to_string()))?;
        if found.format != FORMAT {
            let why = format!("it has the format {}, and {FORMAT} is known", found.format);
            return Err(unusable(why));
        }
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| unusable(error.to_string()))?;
        Ok(Replayer {
            folder: folder.to_path_buf(),
            api: manifest.api,
            times: Times::default(),
            sent: OnceCell::new(),
        })
    }

    /// Where the API was that was recorded.
    pub(super) fn api(&self) -> &str {
        &self.api
    }

    /// What came of a request.
    ///
    /// # Errors
    /// What was refused then, or that nothing is known of it.
    pub(super) fn answer(&self, asked: &Asked<'_>) -> Result<Answer, Refusal> {
        let exchange = self.find(asked)?;
        if let Some(refusal) = exchange.refusal {
            return Err(refusal);
        }
        let mut answer = exchange.answer.ok_or_else(|| self.lacks(asked))?;
        answer.body = match (exchange.json, exchange.text, exchange.bytes) {
            (Some(json), ..) => json.get().as_bytes().to_vec(),
            (_, Some(text), _) => text.into_bytes(),
            (.., bytes) => bytes.unwrap_or_default(),
        };
        Ok(answer)
    }

    /// What came of a link.
    pub(super) fn link(&self, asked: &Asked<'_>) -> LinkState {
        let found = self.find(asked).ok().and_then(|exchange| exchange.link);
        found.unwrap_or_else(|| LinkState::Unknown(self.lacks(asked).to_string()))
    }

    fn find(&self, asked: &Asked<'_>) -> Result<Exchange, Refusal> {
        let name = asked.name();
        let time = self.times.next(&name);
        // Whoever asks once more than then is told the last that was said.
        let text = (1..=time)
            .rev()
            .find_map(|time| read(&self.folder.join(file_name(&name, time))).ok())
            .ok_or_else(|| self.lacks(asked))?;
        let exchange: Exchange =
            serde_json::from_slice(&text).map_err(|error| Refusal::Unusable {
                message: format!(
                    "the recording `{}` cannot be read: {error}",
                    self.folder.join(file_name(&name, 1)).display()
                ),
                help: "record it anew with `--record`".into(),
            })?;
        let is_it = exchange.method == asked.method && exchange.path == asked.path;
        match is_it {
            true => Ok(exchange),
            false => Err(self.lacks(asked)),
        }
    }

    /// That something is not there; of a query that is there with other variables, with which.
    fn lacks(&self, asked: &Asked<'_>) -> Refusal {
        let mut what = asked.shown();
        let wanted = asked.body.and_then(|body| serde_json::from_str(body).ok());
        if let Some(others) = wanted.and_then(|wanted| self.others(asked.path, &wanted)) {
            let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            what += &format!(", though one to the same with another {}", list(&others, 0));
        }
        Refusal::NotRecorded(what)
    }

    /// Which variables the query had that is most like this one.
    fn others(&self, path: &str, wanted: &Sent) -> Option<Vec<String>> {
        let sent = self.sent.get_or_init(|| self.all_sent());
        let same = sent
            .iter()
            .filter(|(at, it)| at == path && it.query == wanted.query);
        let differing = same.map(|(_, it)| {
            let names: BTreeSet<&String> =
                wanted.variables.keys().chain(it.variables.keys()).collect();
            let names = names.into_iter();
            let differ = names.filter(|&name| wanted.variables.get(name) != it.variables.get(name));
            differ.cloned().collect::<Vec<String>>()
        });
        let least = differing.min_by_key(Vec::len)?;
        (!least.is_empty()).then_some(least)
    }

    fn all_sent(&self) -> Vec<(String, Sent)> {
        #[derive(Deserialize)]
        struct Kept {
            path: String,
            #[serde(default)]
            asked: Option<Sent>,
        }
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.sort();
        files.truncate(MOST_LOOKED_AT);
        let read = files.iter().filter_map(|file| {
            let kept: Kept = serde_json::from_slice(&read(file).ok()?).ok()?;
            Some((kept.path, kept.asked?))
        });
        read.collect()
    }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let opened = fs::File::open(file)?;
    if !opened.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut text = Vec::new();
    opened.take(MOST_BYTES + 1).read_to_end(&mut text)?;
    match text.len() as u64 > MOST_BYTES {
        true => Err(io::Error::other("it is too large")),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn answer(body: &[u8]) -> Answer {
        Answer {
            status: 200,
            body: body.to_vec(),
            scopes: Some("repo, read:org".into()),
            accepted_scopes: None,
            accepted_permissions: None,
            sso: None,
            next: None,
            unchanged: false,
            read_at: Timestamp::from_second(1_700_000_000).unwrap(),
        }
    }

    fn asked(path: &str) -> Asked<'_> {
        Asked {
            method: "GET",
            path,
            body: None,
        }
    }

    #[test]
    fn what_was_seen_comes_back_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new");
        let recorder = Recorder::new(&folder, "https://api.github.com").unwrap();
        let bodies: [&[u8]; 6] = [
            b"{\"b\":1.50, \"a\": \"\\u00e9\"}",
            b" [1]\n",
            b"no json",
            b"",
            b"\xff\x00",
            b"[1e400,123456789012345678901234567890]",
        ];
        for body in bodies {
            recorder.note(&asked("/a"), &Ok(answer(body))).unwrap();
        }
        let refused = Refusal::RateLimited {
            until: Timestamp::from_second(1_700_000_000).ok(),
            secondary: false,
        };
        recorder
            .note(&asked("/b?x"), &Err(refused.clone()))
            .unwrap();
        let replayer = Replayer::open(&folder).unwrap();
        assert_eq!(replayer.api(), "https://api.github.com");
        for body in bodies {
            assert_eq!(replayer.answer(&asked("/a")), Ok(answer(body)));
        }
        assert_eq!(replayer.answer(&asked("/a")), Ok(answer(bodies[5])));
        assert_eq!(replayer.answer(&asked("/b?x")), Err(refused));
        assert_eq!(
            replayer.answer(&asked("/b")),
            Err(Refusal::NotRecorded("`GET /b`".into()))
        );
        // Another recording takes its place, also that of a run that was ended while it wrote.
        fs::write(folder.join("exchange-a1B2c3.part"), "{").unwrap();
        Recorder::new(&folder, "https://api.github.com").unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_query_with_other_variables_is_told_by_these() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::new(folder.path(), "x").unwrap();
        let body = |query: &str, since: u32, name: &str| {
            let variables = serde_json::json!({ "since": since, "name": name });
            serde_json::json!({ "query": query, "variables": variables }).to_string()
        };
        fn asked(body: &str) -> Asked<'_> {
            Asked {
                method: "POST",
                path: "/graphql",
                body: Some(body),
            }
        }
        for (query, since, name) in [
            ("query A", 1, "a"),
            ("query A", 2, "b"),
            ("query B", 3, "c"),
        ] {
            let sent = body(query, since, name);
            recorder.note(&asked(&sent), &Ok(answer(b"{}"))).unwrap();
        }
        let replayer = Replayer::open(folder.path()).unwrap();
        let lacks = |query, since, name| {
            let sent = body(query, since, name);
            replayer.answer(&asked(&sent)).unwrap_err().to_string()
        };
        let start = format!("{} `POST /graphql`", super::super::refusal::UNRECORDED);
        let with = |others| format!("{start}, though one to the same with another {others}");
        assert_eq!(lacks("query A", 3, "b"), with("`since`"));
        assert_eq!(lacks("query B", 1, "a"), with("`name` and `since`"));
        assert_eq!(lacks("query C", 1, "a"), start);
        assert!(replayer.answer(&asked("no query")).is_err());
    }

    #[test]
    fn nothing_of_others_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("{}.json", "0".repeat(32));
        fs::write(folder.path().join(&name), "{}").unwrap();
        assert!(Recorder::new(folder.path(), "x").is_err());
        fs::write(folder.path().join(MANIFEST), "{}").unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        assert!(Recorder::new(folder.path(), "x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn what_is_no_recording_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Replayer::open(folder.path()).err().unwrap().to_string();
        assert!(open().contains("is no recording"));
        for manifest in [
            "{",
            "[]",
            r#"{"format":2,"api":"x","more":1}"#,
            r#"{"format":1}"#,
        ] {
            fs::write(folder.path().join(MANIFEST), manifest).unwrap();
            assert!(open().contains("is no recording"));
        }
        Recorder::new(folder.path(), "x").unwrap();
        let replayer = Replayer::open(folder.path()).unwrap();
        let file = folder.path().join(file_name(&asked("/a").name(), 1));
        for text in [
            "",
            "{}",
            "{\"method\":\"GET\",\"path\":\"/b\"}",
            &"[".repeat(100_000),
        ] {
            fs::write(&file, text).unwrap();
            assert!(replayer.answer(&asked("/a")).is_err());
        }
    }
}
