//! Plain data and the laws of its own types.
