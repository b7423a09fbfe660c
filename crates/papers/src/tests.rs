//! Tests over all forms.

mod forms;
mod papers;
