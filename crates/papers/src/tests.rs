//! Tests over all forms.
