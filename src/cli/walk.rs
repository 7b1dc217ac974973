//! The options of commands that read commits.

use clap::Args;
use jiff::civil::Date;

use super::cache;
use super::check::date;
use crate::engine::HistoryRequest;

/// Which commits are read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Walk {
    /// Read no commits before this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    history_since: Option<Date>,
    /// Keep nothing of what is read for later runs, and use nothing that was kept
    #[arg(long)]
    no_cache: bool,
}

impl Walk {
    pub(super) fn request(&self) -> HistoryRequest {
        HistoryRequest {
            since: self.history_since,
            cache: (!self.no_cache).then(cache::folder).flatten(),
        }
    }

    /// Whether it was said which commits are read.
    pub(super) fn is_given(&self) -> bool {
        self.history_since.is_some()
    }

    /// Whether what is read is kept for later runs.
    pub(super) fn keeps(&self) -> bool {
        !self.no_cache
    }
}
