//! What is known of folders: one [`State`] for all that no rule tells apart.

/// What is known of a folder, as it is worked out.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The nodes that its path leads to, without those that cannot change what is decided.
    pub(super) active: Vec<u32>,
    /// All rules that own the folder whole; empty where nobody asks for all rules.
    pub(super) owning: Vec<u32>,
    /// The newest rule that owns the folder whole.
    pub(super) newest: u32,
}

/// The same, kept in [`States`].
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) active: Part,
    pub(super) owning: Part,
    pub(super) newest: u32,
    /// The state of every folder in this one that no edge leads to, once such a folder was met.
    pub(super) other: Option<u32>,
}

/// All states so far; the first is the root's.
#[derive(Debug, Default)]
pub(super) struct States {
    list: Vec<State>,
    pub(super) active: Vec<u32>,
    pub(super) owning: Vec<u32>,
}

/// A part of a vector of [`States`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    start: u32,
    length: u32,
}

impl Part {
    fn push(whole: &mut Vec<u32>, part: &[u32]) -> Part {
        let (start, length) = (number(whole.len()), number(part.len()));
        whole.extend_from_slice(part);
        Part { start, length }
    }

    pub(super) fn of(self, whole: &[u32]) -> &[u32] {
        &whole[self.start as usize..][..self.length as usize]
    }
}

impl States {
    pub(super) const ROOT: u32 = 0;

    pub(super) fn push(&mut self, known: &Known) -> u32 {
        self.list.push(State {
            active: Part::push(&mut self.active, &known.active),
            owning: Part::push(&mut self.owning, &known.owning),
            newest: known.newest,
            other: None,
        });
        number(self.list.len() - 1)
    }

    pub(super) fn get(&self, state: u32) -> State {
        self.list[state as usize]
    }

    /// Says what [`State::other`] is of state `from`.
    pub(super) fn set_other(&mut self, from: u32, other: u32) {
        self.list[from as usize].other = Some(other);
    }

    /// Forgets all but the root's and one more, and returns the new number of that one.
    pub(super) fn forget_all_but(&mut self, state: u32) -> u32 {
        let known = |state: State| Known {
            active: state.active.of(&self.active).to_vec(),
            owning: state.owning.of(&self.owning).to_vec(),
            newest: state.newest,
        };
        let (root, kept) = (known(self.get(Self::ROOT)), known(self.get(state)));
        *self = States::default();
        self.push(&root);
        if state == Self::ROOT {
            return Self::ROOT;
        }
        self.push(&kept)
    }

    /// How many bytes are kept.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.list) + size_of_val(&*self.active) + size_of_val(&*self.owning)
    }
}

/// A place as a number of 32 bits. Places stay far below 2³²: the walker forgets long before.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
