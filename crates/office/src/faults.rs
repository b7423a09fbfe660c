//! What goes wrong with machines, and what must hold even so: the program is killed, the disk is full, files are damaged,
//! clocks go back, keys are lost, two servers start.

mod check;
mod damage;
mod disk;
mod keys;
mod kill;
mod parts;
mod servers;
mod statements;
mod tables;
