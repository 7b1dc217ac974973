//! `approvals/gatekeeper`

use crate::facts::Location;
use crate::identity::name_of;
use crate::policy::{Percent, Settings};
use crate::rules::{OwnerUse, Verdict, View, Violation, declare_rule};
use crate::text::list;

crate::options! {
    /// The options of `approvals/gatekeeper`.
    pub(crate) struct Gatekeeper {
        /// The largest share of services, in percent, of which one owner may be indispensable.
        max_share("max-share"): Percent = Percent(30.0),
        /// How many services there must be for the rule to apply.
        minimum_services("minimum-services"): u32 = 5,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// No team or person has to approve most changes of more than 30 % of the services that others answer
    /// for. Somebody has to approve the changes of a service if no approval of lines that decide over
    /// more than half of its files can do without them. The rule applies from 5 services on. Both numbers
    /// are defaults of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// Decisions that are made far from the work take long, and those who make them know little of it:
    /// the team becomes the bottleneck of everyone else's plans.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /s/*/ @acme/platform
    /// -- s/a/service.toml --
    /// name = "a"
    /// owner = "@acme/web"
    /// -- s/b/service.toml --
    /// name = "b"
    /// owner = "@acme/web"
    /// -- s/c/main.go --
    /// -- s/d/main.go --
    /// -- s/e/main.go --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /s/*/ @acme/platform
    /// /s/a/ @acme/web
    /// /s/b/ @acme/web
    /// -- s/a/service.toml --
    /// name = "a"
    /// owner = "@acme/web"
    /// -- s/b/service.toml --
    /// name = "b"
    /// owner = "@acme/web"
    /// -- s/c/main.go --
    /// -- s/d/main.go --
    /// -- s/e/main.go --
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of services, in percent, of which one owner may be indispensable.
    ///   Default: `30`.
    /// - `minimum-services`: how many services there must be for the rule to apply. Default: `5`.
    ///
    /// ## Needs
    ///
    /// The ownership file and the descriptors.
    id: "approvals/gatekeeper",
    summary: "one owner has to approve most changes of many services of others",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [Tree, OwnershipFile, Catalog, Members],
    options: Gatekeeper,
    check: Owner(check),
}

/// How many services are named.
const MOST_NAMED: usize = 5;

fn check(used: &OwnerUse<'_>, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Gatekeeper>();
    let services = view.graph.housed();
    if services < options.minimum_services as usize {
        return Verdict::NotApplicable;
    }
    let owner = used.owner();
    let looked_up = || Some(view.graph.actor(&name_of(owner.kind(), owner.text())?));
    let Some(actor) = used.actor(view).or_else(looked_up) else {
        return Verdict::NotApplicable;
    };
    let guarded = view.graph.guarded_by(&actor);
    // Of all repositories that name the owner, the first that it guards anything in tells.
    let first = guarded.first().and_then(|&id| view.graph.service(id).home);
    if first != Some(view.place) {
        return Verdict::Pass;
    }
    let share = guarded.len() as f64 / services as f64 * 100.0;
    if share <= options.max_share.0 {
        return Verdict::Pass;
    }
    let named = guarded.iter().take(MOST_NAMED);
    let named: Vec<String> = named
        .map(|&id| format!("`{}`", view.graph.service(id).service.name))
        .collect();
    let named = list(&named, guarded.len() - named.len());
    let (place, owner) = used.uses[0];
    let line = crate::rules::RuleLine {
        file: used.file,
        place,
    };
    let primary = Location::of(
        line.file.text(),
        owner.span(),
        "no approval does without it",
    );
    Violation::new(
        primary,
        format!(
            "`{}` has to approve most changes of {} of {services} services, which others answer for: {named}",
            owner.text(),
            guarded.len()
        ),
    )
    .owners([owner.text().to_owned()])
    .help("let the teams of these services approve, alone or beside it")
    .key(owner.normalized())
    .into()
}
