//! Did-you-mean.

/// The candidate that `word` was probably meant to be, if one is near enough.
///
/// Near is a Damerau-Levenshtein distance of at most a third of the word, as rustc has it.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = word.chars().count().max(3) / 3;
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(did_you_mean("eror", ["error", "warning"]), Some("error"));
        assert_eq!(did_you_mean("zebra", ["error", "warning"]), None);
    }
}
