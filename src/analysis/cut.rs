//! Services whose loss cuts critical ones off.
//!
//! Source: R. Tarjan, *Depth-first search and linear graph algorithms*, 1972, for articulation points.

use std::collections::{BTreeMap, VecDeque};

use crate::graph::{Graph, ServiceId};

/// Services whose loss cuts one off that is as critical as `tier`: articulation points of the graph of
/// dependencies that it needs, directly or through others, be they as critical themselves. Each with the first
/// such service, the nearest one of several.
pub fn cut_off(graph: &Graph<'_>, tier: u8) -> BTreeMap<ServiceId, ServiceId> {
    let cuts = graph.cut_services();
    if cuts.is_empty() {
        return BTreeMap::new();
    }
    let is_critical = |id: ServiceId| {
        let of = graph.service(id).tier;
        of.is_some_and(|of| of <= tier)
    };
    // Breadth first from all critical services at once: whatever is reached is reached from the nearest.
    let all = graph.services().map(|(id, _)| id);
    let critical: Vec<ServiceId> = all.filter(|&id| is_critical(id)).collect();
    let mut needed_by: BTreeMap<ServiceId, ServiceId> = BTreeMap::new();
    let mut left: VecDeque<(ServiceId, ServiceId)> = critical.iter().map(|&id| (id, id)).collect();
    while let Some((id, from)) = left.pop_front() {
        for need in graph.needs(id) {
            let next = need.service;
            if next != from && !needed_by.contains_key(&next) {
                needed_by.insert(next, from);
                // What a critical one needs is looked at from itself.
                if !is_critical(next) {
                    left.push_back((next, from));
                }
            }
        }
    }
    let found = cuts
        .into_iter()
        .filter_map(|id| Some((id, *needed_by.get(&id)?)));
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;

    fn found(services: &[(&str, u8, &[&str])]) -> Vec<String> {
        let services = services.iter().map(|(name, tier, needs)| {
            format!("[[services]]\nname = \"{name}\"\ntier = {tier}\ndepends-on = {needs:?}\n")
        });
        let world = World::of(
            "",
            &services.collect::<String>(),
            &[],
            "2026-01-01 ann: a\n",
        );
        world.measure(|measures| {
            let name = |id: &ServiceId| measures.graph.service(*id).service.name.clone();
            let found = cut_off(measures.graph, 1);
            found
                .iter()
                .map(|(id, from)| format!("{} {}", name(id), name(from)))
                .collect()
        })
    }

    #[test]
    fn what_stands_between_is_found() {
        // shop → queue → mail: without the queue the shop is cut off from the mail.
        let chain: &[(&str, u8, &[&str])] = &[
            ("shop", 1, &["queue"]),
            ("queue", 3, &["mail"]),
            ("mail", 2, &[]),
        ];
        assert_eq!(found(chain), ["queue shop"]);
        let critical: &[(&str, u8, &[&str])] = &[
            ("shop", 1, &["queue"]),
            ("queue", 1, &["mail"]),
            ("mail", 2, &[]),
        ];
        assert_eq!(found(critical), ["queue shop"]);
        // With a second way to the mail it is not; and an end cuts nothing off.
        let ring: &[(&str, u8, &[&str])] = &[
            ("shop", 1, &["queue", "mail"]),
            ("queue", 3, &["mail"]),
            ("mail", 2, &[]),
        ];
        assert_eq!(found(ring), [""; 0]);
    }

    #[test]
    fn only_what_critical_services_need() {
        // Reports needs the shop, and export the reports: nobody critical needs either.
        let all: &[(&str, u8, &[&str])] = &[
            ("shop", 1, &[]),
            ("reports", 3, &["shop"]),
            ("export", 3, &["reports"]),
        ];
        assert_eq!(found(all), [""; 0]);
        // A circle ends.
        let circle: &[(&str, u8, &[&str])] = &[
            ("shop", 1, &["a"]),
            ("a", 2, &["b"]),
            ("b", 2, &["a", "shop"]),
        ];
        assert_eq!(found(circle), [""; 0]);
    }
}
