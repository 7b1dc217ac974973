//! `runbooks/stale`

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::facts::{Commit, DocumentInTree, History, Location, Role};
use crate::graph::ServiceId;
use crate::policy::Settings;
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `runbooks/stale`.
    pub(crate) struct Stale {
        /// How many days a runbook may stay as it is.
        max_days("max-days"): u32 = 180,
        /// How many commits to its service in the meantime make it stale.
        min_changes("min-changes"): u32 = 5,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A runbook among the files of a service that runs is not left alone for more than 180 days while at least
    /// 5 commits changed the rest of the service. Commits that touch more than 100 files do not count on
    /// either side: they reformat, or move things. Both numbers are defaults of ours.
    ///
    /// It is a measure, not a fault: a runbook can be right for years. An audit shows it, `check` only if it is
    /// asked for with `--select`.
    ///
    /// ## Why it matters
    ///
    /// A runbook describes how a service fails and is brought back. When the service changes and the runbook
    /// does not, whoever is called at night follows directions to a place that is no longer there.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- pay/service.toml --
    /// name = "pay"
    /// owner = "@ann"
    /// -- pay/runbooks/down.md --
    /// # Down
    /// # Meaning
    /// It does not answer.
    /// # Impact
    /// Nobody can pay.
    /// # Diagnosis
    /// Look at the dashboard.
    /// # Mitigation
    /// Restart it.
    /// -- pay/main.rs --
    /// fn main() {}
    /// -- (history) --
    /// 2025-03-01 ann: pay/runbooks/down.md pay/main.rs
    /// 2025-11-01 ann: pay/main.rs
    /// 2025-11-02 ann: pay/main.rs
    /// 2025-11-03 ann: pay/main.rs
    /// 2025-11-04 ann: pay/main.rs
    /// 2025-11-05 ann: pay/main.rs
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- pay/service.toml --
    /// name = "pay"
    /// owner = "@ann"
    /// -- pay/runbooks/down.md --
    /// # Down
    /// # Meaning
    /// It does not answer.
    /// # Impact
    /// Nobody can pay.
    /// # Diagnosis
    /// Look at the dashboard.
    /// # Mitigation
    /// Restart it.
    /// -- pay/main.rs --
    /// fn main() {}
    /// -- (history) --
    /// 2025-03-01 ann: pay/main.rs
    /// 2025-11-01 ann: pay/main.rs
    /// 2025-11-02 ann: pay/main.rs
    /// 2025-11-03 ann: pay/main.rs
    /// 2025-11-04 ann: pay/main.rs
    /// 2025-11-05 ann: pay/main.rs pay/runbooks/down.md
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: how many days a runbook may stay as it is. Default: `180`.
    /// - `min-changes`: how many commits to its service in the meantime make it stale. Default: `5`.
    ///
    /// ## Needs
    ///
    /// The documents, the descriptors, and the history.
    id: "runbooks/stale",
    summary: "a runbook stayed as it is while its service changed",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Documents, Catalog, History],
    options: Stale,
    check: Document(check),
}

/// Commits to more files than this reformat, or move things.
const MASS: usize = 100;

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Stale>();
    let services = view.services_of(document.file).iter();
    let mut services = services.filter(|&&id| view.graph.service(id).service.runs);
    let is_runbook = document.fact.role == Role::Runbook && super::is_runbook(document.path);
    let (true, Some(&service), Some(history)) = (is_runbook, services.next(), view.history())
    else {
        return Verdict::NotApplicable;
    };
    let Some(changed) = last_change(history, document.path) else {
        // It is so new that no commit has it, unless those of before were left out.
        let cut = history.cut(Timestamp::MIN);
        return cut.map_or(Verdict::Pass, Verdict::Skip);
    };
    let days = i64::from(options.max_days);
    let border = view.as_of.saturating_sub(jiff::Span::new().days(days));
    let since = changed.to_zoned(TimeZone::UTC).date();
    if since >= border {
        return Verdict::Pass;
    }
    let later = history.commits.iter().filter(|commit| {
        commit.authored > changed
            && commit.touched.len() <= MASS
            && concerns(commit, service, history, view)
    });
    let later = later.count();
    if later < options.min_changes as usize {
        return Verdict::Pass;
    }
    let name = &view.graph.service(service).service.name;
    let commits = match history.window.is_some_and(|window| changed < window) {
        true => format!("{} of the last year", count(later, "commit")),
        false => count(later, "commit"),
    };
    Violation::new(
        Location::file(document.path.into(), ""),
        format!("the runbook stands as of {since}, and {commits} changed `{name}` since"),
    )
    .owners(view.owners_of(document.file))
    .help("read it beside the service, and change what is no longer true")
    .key("")
    .into()
}

/// Whether a commit changed files of a service that are no documents.
fn concerns(commit: &Commit, service: ServiceId, history: &History, view: &View<'_>) -> bool {
    commit.touched.iter().any(|touched| {
        let path = history.path(touched.path).as_bytes();
        let file = view.repository.tree.find(path);
        !path.ends_with(b".md")
            && file.is_some_and(|file| view.services_of(file).contains(&service))
    })
}

/// When a file was last changed by a commit that was about it.
fn last_change(history: &History, path: &[u8]) -> Option<Timestamp> {
    let place = history.place_of(path)?;
    let touches = |commit: &&Commit| commit.touched.iter().any(|it| it.path == place);
    let of_window = history.commits.iter().filter(touches);
    let about_it = of_window.filter(|commit| commit.touched.len() <= MASS);
    let newest = about_it.map(|commit| commit.authored).max();
    let last = history.last_change(place);
    match (newest, history.window) {
        (Some(newest), _) => Some(newest),
        // Mass changes of the window do not count, and what was before is not known one by one.
        (None, Some(window)) => last.map(|last| last.min(window)),
        (None, None) => last,
    }
}
