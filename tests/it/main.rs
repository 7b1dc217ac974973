//! The program from outside: one test binary.

mod readme;
