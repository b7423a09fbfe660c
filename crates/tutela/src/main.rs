//! The command line of Tutela.

fn main() {}
