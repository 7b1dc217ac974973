//! Which services have one name.

use std::collections::HashMap;

use super::{ServiceEntry, ServiceId};
use crate::facts::EntityRef;

/// Services by their names. All stand in one list, so that a look-up touches little memory.
#[derive(Debug, Default)]
pub(super) struct Namesakes<'a> {
    names: HashMap<&'a EntityRef, usize>,
    /// By service: the number of its name.
    of: Vec<usize>,
    /// By number of a name: where its services start; one more for the end.
    starts: Vec<usize>,
    services: Vec<ServiceId>,
}

impl<'a> Namesakes<'a> {
    pub(super) fn new(services: &[ServiceEntry<'a>]) -> Namesakes<'a> {
        let mut names = HashMap::with_capacity(services.len());
        let mut of = Vec::with_capacity(services.len());
        // Behind each number, how many services have that name; summed up, where these end.
        let mut starts = vec![0];
        for entry in services {
            let next = names.len();
            let number = *names.entry(&entry.service.entity).or_insert(next);
            if number == next {
                starts.push(0);
            }
            starts[number + 1] += 1;
            of.push(number);
        }
        for number in 1..starts.len() {
            starts[number] += starts[number - 1];
        }
        let mut next = starts.clone();
        let mut sorted = vec![ServiceId(0); services.len()];
        for (place, &number) in of.iter().enumerate() {
            sorted[next[number]] = ServiceId(place);
            next[number] += 1;
        }
        Namesakes {
            names,
            of,
            starts,
            services: sorted,
        }
    }

    /// The services of this name, ascending.
    pub(super) fn called(&self, name: &EntityRef) -> &[ServiceId] {
        self.names.get(name).map_or(&[], |&number| self.at(number))
    }

    /// The services that have the name of this one, itself among them, ascending.
    pub(super) fn of(&self, service: ServiceId) -> &[ServiceId] {
        self.at(self.of[service.0])
    }

    fn at(&self, number: usize) -> &[ServiceId] {
        &self.services[self.starts[number]..self.starts[number + 1]]
    }
}
