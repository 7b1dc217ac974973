//! `codeowners/oversized-file`

use crate::codeowners::OwnershipFile;
use crate::facts::Location;
use crate::policy::{Level, NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::number;

declare_rule! {
    /// ## What it checks
    ///
    /// The ownership file is smaller than 3 MB, the size from which the forge does not load it. The
    /// documentation does not say whether a megabyte is 1,048,576 or 1,000,000 bytes: from 3,145,728
    /// bytes on no reading allows the file; from 3,000,000 bytes on the finding is a warning at most.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS file size": "under 3 MB in size".
    ///
    /// ## Why it matters
    ///
    /// A file that is not loaded owns nothing: no owner is shown, and nobody is asked for a review.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS (padded to 3145728 bytes) --
    /// * @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file.
    id: "codeowners/oversized-file",
    summary: "the ownership file is too large for the forge to load",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [OwnershipFile],
    options: NoOptions,
    check: OwnershipFile(check),
}

/// Three megabytes of a million bytes each: the smallest reading of the documented limit.
const DECIMAL_LIMIT: u64 = 3_000_000;

fn check(file: &OwnershipFile, _: &View<'_>, _: &Settings) -> Verdict {
    if file.size() < DECIMAL_LIMIT {
        return Verdict::Pass;
    }
    let size = number(usize::try_from(file.size()).unwrap_or(usize::MAX));
    let path = file.text().path().clone();
    let violation = if file.is_oversized() {
        Violation::new(
            Location::file(path, "not loaded"),
            format!("the file has {size} bytes, and the forge loads none of 3 MB or more"),
        )
    } else {
        let violation = Violation::new(
            Location::file(path, "perhaps not loaded"),
            format!("the file has {size} bytes, and the forge may not load 3,000,000 or more"),
        );
        violation.at_most(Level::Warning)
    };
    violation
        .help("own folders instead of files, and remove lines that decide over nothing")
        .key("")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn sized(bytes: usize) -> String {
        let text = format!("-- CODEOWNERS (padded to {bytes} bytes) --\n* @ann\n");
        MiniRepository::new(&text).check(&RULE)
    }

    #[test]
    fn both_readings_of_a_megabyte_at_their_borders() {
        assert_eq!(sized(2_999_999), "pass\n");
        expect![[r#"
            fail CODEOWNERS the file has 3,000,000 bytes, and the forge may not load 3,000,000 or more
              at most warning
              help: own folders instead of files, and remove lines that decide over nothing
        "#]]
        .assert_eq(&sized(3_000_000));
        assert!(sized(3_145_727).contains("at most warning"));
        expect![[r#"
            fail CODEOWNERS the file has 3,145,728 bytes, and the forge loads none of 3 MB or more
              help: own folders instead of files, and remove lines that decide over nothing
        "#]]
        .assert_eq(&sized(3_145_728));
    }
}
