//! Baselines: what is read is written, and what is written is read as the same.
//!
//! An input is a baseline file. The planted fault: of several entries the last one is not written.

use super::{Code, json};
use crate::findings::Baseline;

pub(super) fn check(data: &[u8], code: Code) {
    let baseline = match Baseline::read(data) {
        Ok(baseline) => baseline,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(json::parse(data).is_some(), "a baseline that is no JSON");
    let first = written(&baseline, code);
    let again = Baseline::read(&first).expect("what was written is read");
    assert_eq!(again.len(), baseline.len(), "entries were lost or made up");
    assert_eq!(again.is_empty(), baseline.is_empty());
    let second = written(&again, Code::Real);
    assert_eq!(
        String::from_utf8_lossy(&first),
        String::from_utf8_lossy(&second),
        "writing what was read changes it"
    );
    let text = String::from_utf8(first).expect("JSON is UTF-8");
    let unseen = |c: &char| *c != '\n' && c.is_control() || ('\u{202a}'..='\u{202e}').contains(c);
    assert_eq!(
        text.chars().find(unseen),
        None,
        "a diff shows what is not there"
    );
    assert!(!text.contains("##["), "a runner obeys the text");
}

fn written(baseline: &Baseline, code: Code) -> Vec<u8> {
    let mut out = Vec::new();
    baseline.write(&mut out).expect("memory takes all");
    if code.is_planted() && baseline.len() > 1 {
        let text = String::from_utf8_lossy(&out).into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        let last = lines.iter().rposition(|line| line.contains("fingerprint"));
        if let Some(last) = last {
            lines.remove(last);
        }
        let mut text = lines.join("\n");
        if let Some(comma) = text.rfind("},\n") {
            text.replace_range(comma..comma + 3, "}\n");
        }
        out = text.into_bytes();
    }
    out
}
