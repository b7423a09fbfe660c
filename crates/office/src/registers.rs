//! Registers of the office. Nothing in one imports another: they meet through the kernel.

mod consents;
mod destructions;
mod processing;

use crate::kernel::register::Register;

/// All registers, in the order of the menu.
pub(crate) const REGISTERS: &[&Register] = &[&processing::REGISTER, &consents::REGISTER, &destructions::REGISTER];
