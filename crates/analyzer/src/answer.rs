/// Why a request is refused: `{"error": "…"}` with a status, as Presidio's servers have it. The message holds no text of the request
/// beyond names of types and operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The message.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// The request cannot be read.
    pub(crate) fn request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// A parameter is wrong.
    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new(422, message)
    }

    /// What Presidio answers with a failure of its server.
    pub(crate) fn as_theirs(message: impl Into<String>) -> Self {
        Self::new(500, message)
    }

    pub(crate) fn failed() -> Self {
        Self::as_theirs("Internal server error")
    }

    /// The request, or a line of a stream, is too long.
    #[cfg(feature = "http")]
    pub(crate) fn too_long(most: usize) -> Self {
        Self::new(413, format!("The request is longer than {most} bytes"))
    }

    /// The body of the answer.
    pub fn body(&self) -> Vec<u8> {
        serde_json::json!({ "error": self.message }).to_string().into_bytes()
    }
}
