//! Did-you-mean.

/// The candidate that `word` was probably meant to be, if one is near enough.
///
/// Near is a Damerau-Levenshtein distance of at most a third of the word, as rustc has it. Nothing is
/// near a word that is longer than any name.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let limit = word.chars().count().max(3) / 3;
    candidates
        .into_iter()
        .filter(|candidate| !differ_by_more(word, candidate, limit))
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The names of files or folders that `name` was probably meant to be, the nearest first.
///
/// Names are worth less trust than words of a language: `a_v1` and `a_v2` are both meant. So near is
/// what has the same numbers and differs in case, `-`, `_` and `.` alone, or by a Damerau-Levenshtein
/// distance of 1; of 2 where the name without its extension has 8 characters or more.
pub fn near_names<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let plain = simplified(name);
    if name.len() > LONGEST || plain.is_empty() {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(name, &plain, candidate)?, candidate)))
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// No file system and no forge has longer names, and comparing takes time and memory by the square.
const LONGEST: usize = 255;

/// Whether the lengths of two words alone tell that their distance is above the limit: a character has at
/// most four bytes.
fn differ_by_more(word: &str, candidate: &str, limit: usize) -> bool {
    word.len().abs_diff(candidate.len()) > 4 * limit
}

/// How far a candidate is from a name; none if that is too far.
fn distance(name: &str, plain: &str, candidate: &str) -> Option<usize> {
    let limit = match stem_length(name).min(stem_length(candidate)) {
        0..3 => 0,
        3..8 => 1,
        8.. => 2,
    };
    if !numbers(name).eq(numbers(candidate)) {
        return None;
    }
    if simplified(candidate) == plain {
        return Some(0);
    }
    if differ_by_more(name, candidate, limit) {
        return None;
    }
    Some(strsim::damerau_levenshtein(name, candidate)).filter(|&distance| distance <= limit)
}

/// The characters of a name before its extension.
fn stem_length(name: &str) -> usize {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().count()
}

/// The numbers in a name.
fn numbers(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
}

/// A name without what people spell in more than one way.
fn simplified(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, near_names};

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(did_you_mean("eror", ["error", "warning"]), Some("error"));
        assert_eq!(did_you_mean("zebra", ["error", "warning"]), None);
        // Comparing these would take terabytes.
        let long = "x".repeat(1 << 20);
        assert_eq!(did_you_mean(&long, [long.as_str()]), None);
        assert_eq!(did_you_mean("xx", [long.as_str(), "xxx"]), Some("xxx"));
    }

    #[test]
    fn near_names_are_spelled_otherwise_or_mistyped() {
        for (name, candidates, near) in [
            (
                "lib-injection",
                &["lib_injection", "lib"][..],
                &["lib_injection"][..],
            ),
            ("Docs", &["doc", "docs", "src"], &["docs"]),
            (
                "readme.md",
                &["README.md", "readme.me"],
                &["README.md", "readme.me"],
            ),
            (
                "agora_analytic",
                &["agora_analytics", "agora"],
                &["agora_analytics"],
            ),
            (
                "kuberentes-comon",
                &["kubernetes-common"],
                &["kubernetes-common"],
            ),
            ("srv", &["src", "srv2", "srvs"], &["src", "srvs"]),
            // Too far for their lengths, of which an extension is no part.
            ("pulsar", &["pulse"], &[]),
            ("test_ab.rs", &["test_cd.rs"], &[]),
            ("db", &["dc", "d"], &[]),
            // Versions differ on purpose.
            ("lib-1.2", &["lib-12", "lib_1_2"], &["lib_1_2"]),
            ("_", &["-"], &[]),
            (
                "InstallerV1",
                &["InstallerV0", "InstallerV2", "Installer"],
                &[],
            ),
            ("été", &["ete", "étés"], &["étés"]),
        ] {
            assert_eq!(near_names(name, candidates.iter().copied()), near, "{name}");
        }
    }
}
