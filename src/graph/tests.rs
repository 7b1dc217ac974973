//! The graph's questions against slow and obvious answers, on generated graphs.
