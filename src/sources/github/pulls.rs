//! Pull requests with their reviews, from the answers of GraphQL.

use super::ask::Wanted;
use super::shapes::{self, Part, Reviewer};
use crate::facts::{Login, Name, Pull, Review, ReviewRequest, ReviewState};
use crate::text::RepoPath;

pub(super) const WANTED: Wanted = Wanted {
    what: "the pull requests",
    permission: "Pull requests: read",
    scope: "repo",
};

/// A pull request as it was answered.
pub(super) fn of(pull: &shapes::Pull) -> Pull {
    let events = items(pull.timeline_items.as_ref());
    let mut requests = Vec::new();
    let mut ready = None;
    for event in events {
        match event.kind.as_str() {
            "ReadyForReviewEvent" => ready = ready.max(event.created_at),
            _ => {
                let who = event.requested_reviewer.as_ref().and_then(name);
                requests.extend(who.map(|who| ReviewRequest {
                    who,
                    when: event.created_at,
                    as_owner: false,
                }));
            }
        }
    }
    for open in items(pull.review_requests.as_ref()) {
        let Some(who) = open.requested_reviewer.as_ref().and_then(name) else {
            continue;
        };
        match requests.iter_mut().rev().find(|request| request.who == who) {
            Some(request) => request.as_owner |= open.as_code_owner,
            None => requests.push(ReviewRequest {
                who,
                when: None,
                as_owner: open.as_code_owner,
            }),
        }
    }
    let reviews = items(pull.reviews.as_ref()).filter_map(|review| {
        Some(Review {
            author: review.author.as_ref().map(login),
            when: review.submitted_at?,
            state: match review.state.as_str() {
                "APPROVED" => ReviewState::Approved,
                "CHANGES_REQUESTED" => ReviewState::ChangesRequested,
                "DISMISSED" => ReviewState::Dismissed,
                // Not submitted yet.
                "PENDING" => return None,
                _ => ReviewState::Commented,
            },
        })
    });
    let mut reviews: Vec<Review> = reviews.collect();
    reviews.sort_by_key(|review| review.when);
    requests.sort_by_key(|request| request.when);
    let paths = items(pull.files.as_ref()).map(|file| RepoPath::from(file.path.as_str()));
    Pull {
        number: pull.number,
        author: pull.author.as_ref().map(login),
        base: pull.base_ref_name.clone(),
        is_draft: pull.is_draft,
        created: pull.created_at,
        ready,
        merged: pull.merged_at,
        closed: pull.closed_at,
        requests,
        reviews,
        paths: paths.collect(),
        cut: is_cut(pull.files.as_ref())
            || is_cut(pull.reviews.as_ref())
            || is_cut(pull.timeline_items.as_ref())
            || is_cut(pull.review_requests.as_ref()),
    }
}

fn items<T>(part: Option<&Part<T>>) -> impl Iterator<Item = &T> {
    let nodes = part.and_then(|part| part.nodes.as_ref());
    nodes.into_iter().flatten().flatten()
}

/// Whether a list has more than was answered, or was not answered at all.
fn is_cut<T>(part: Option<&Part<T>>) -> bool {
    part.is_none_or(|it| {
        it.nodes
            .as_ref()
            .is_none_or(|nodes| nodes.len() < it.total_count)
    })
}

fn login(actor: &shapes::Actor) -> Login {
    Login {
        login: actor.login.to_lowercase(),
        is_bot: actor.kind.as_deref() == Some("Bot"),
    }
}

fn name(reviewer: &Reviewer) -> Option<Name> {
    let team = reviewer.combined_slug.as_ref();
    let team = team.map(|handle| Name::Team(handle.to_lowercase().into()));
    team.or_else(|| Some(Name::User(reviewer.login.as_ref()?.to_lowercase().into())))
}
