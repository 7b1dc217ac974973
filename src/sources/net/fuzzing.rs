//! A target of fuzzing: recordings.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::answer::Answer;
use super::recording::{Asked, Recorder, Replayer};
use super::refusal::Refusal;
use crate::fuzzing::{Code, parts};

/// Recordings: what was recorded is replayed, byte for byte, and any other file is an answer or a refusal.
///
/// The input holds a manifest, the file of an exchange, a path, a body that is sent, and a body that is answered,
/// separated by bytes 0.
/// The planted fault: white space around JSON in an answer is lost.
pub(crate) fn recordings(data: &[u8], code: Code) {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    let folder = folder.expect("a temporary folder");
    let mut parts = parts(data);
    let mut part = || parts.next().unwrap_or_default();
    let (manifest, exchange) = (part(), part());
    let (path, sent) = (part(), part());
    // All that is left, so that a body may hold any byte.
    let rest: Vec<&[u8]> = parts.collect();
    let body = rest.join(&0);
    let path = String::from_utf8_lossy(path).into_owned();
    let sent = String::from_utf8_lossy(sent).into_owned();
    let asked = Asked {
        method: if sent.is_empty() { "GET" } else { "POST" },
        path: &path,
        body: (!sent.is_empty()).then_some(sent.as_str()),
    };
    round_trip(&folder.path().join("new"), &asked, &body, code);
    foreign(folder.path(), &asked, manifest, exchange);
}

fn round_trip(folder: &Path, asked: &Asked<'_>, body: &[u8], code: Code) {
    let answer = |body: &[u8]| Answer {
        status: 200,
        body: body.to_vec(),
        scopes: Some(asked.path.to_owned()),
        accepted_scopes: None,
        accepted_permissions: None,
        sso: None,
        next: None,
        unchanged: false,
        read_at: Timestamp::UNIX_EPOCH,
    };
    let refusal = Refusal::Unreachable {
        host: asked.path.to_owned(),
        why: String::from_utf8_lossy(body).into_owned(),
    };
    let recorder = Recorder::new(folder, asked.path).expect("a folder that is not there yet");
    let written = match code {
        Code::Real => answer(body),
        Code::Planted => answer(body.trim_ascii()),
    };
    recorder.note(asked, &Ok(written)).expect("it is written");
    recorder
        .note(asked, &Err(refusal.clone()))
        .expect("it is written");
    let replayer = Replayer::open(folder).expect("what was recorded is a recording");
    assert_eq!(replayer.api(), asked.path);
    assert_eq!(replayer.answer(asked), Ok(answer(body)), "the answer");
    assert_eq!(replayer.answer(asked), Err(refusal), "the refusal");
}

/// Replays bytes that nobody recorded.
fn foreign(folder: &Path, asked: &Asked<'_>, manifest: &[u8], exchange: &[u8]) {
    fs::write(folder.join("manifest.json"), manifest).expect("a file");
    if let Err(refusal) = Replayer::open(folder) {
        assert!(!refusal.to_string().is_empty() && refusal.remedy().is_some());
    }
    let known = "{\"format\":1,\"api\":\"x\"}";
    fs::write(folder.join("manifest.json"), known).expect("a file");
    // The name of the file is that of the exchange which was recorded before.
    let recorded = fs::read_dir(folder.join("new")).expect("a recording");
    let names = recorded.map(|entry| entry.expect("a file").file_name());
    for name in names.filter(|name| name != "manifest.json") {
        fs::write(folder.join(name), exchange).expect("a file");
    }
    let replayer = Replayer::open(folder).expect("a recording");
    let first = replayer.answer(asked);
    if first.is_ok() {
        // People may edit it, and then it is still JSON.
        assert!(serde_json::from_slice::<serde_json::Value>(exchange).is_ok());
    }
    let again = Replayer::open(folder).expect("a recording");
    assert_eq!(first, again.answer(asked), "two replays differ");
    let _ = again.link(asked);
}
