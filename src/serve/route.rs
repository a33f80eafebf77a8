//! What a route is: the one description that router, guard, documents and documentation read.

use axum::http::Method;
use axum::routing::MethodRouter;

use super::Kept;
use crate::model::TokenScope;

/// One method of one path.
pub struct ApiRoute {
    /// The method; `HEAD` comes with `GET`, `OPTIONS` with every path.
    pub method: RouteMethod,
    /// The path with its parameters in braces, as OpenAPI and axum write it. Slashes of an `{id}`
    /// may be sent as they are.
    pub path: &'static str,
    /// What a request must bring.
    pub access: RouteAccess,
    /// One line: what it answers or does.
    pub summary: &'static str,
    /// Its parameters.
    pub parameters: &'static [ApiParameter],
    /// Name of the schema of the JSON body that it takes; `None` where it takes none.
    pub body: Option<&'static str>,
    /// Its own answers; those that every route has are added by [`ApiRoute::all_answers`].
    pub answers: &'static [ApiAnswer],
    /// Makes the handler.
    pub handler: fn() -> MethodRouter<Kept>,
}

/// A method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the methods of HTTP
#[allow(dead_code, reason = "routes that register and remove take the others")]
pub enum RouteMethod {
    Get,
    Post,
    Put,
    Delete,
}

impl RouteMethod {
    /// Its name in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request with `method` is for a route of this one.
    pub fn takes(self, method: &Method) -> bool {
        method.as_str() == self.name() || (self == Self::Get && *method == Method::HEAD)
    }
}

/// What a request must bring to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteAccess {
    /// Nothing: it is answered without a token and whatever the host is, and without detail.
    Public,
    /// Where tokens are demanded, one with this scope.
    Scope(TokenScope),
}

impl RouteAccess {
    /// The word used in documents.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Scope(scope) => scope.id(),
        }
    }
}

/// A parameter of a route.
#[derive(Clone, Copy, Debug)]
pub struct ApiParameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: ParameterPlace,
    /// What it may be.
    pub kind: ParameterKind,
    /// What it means, in one line.
    pub meaning: &'static str,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "streams resume by a header")]
pub enum ParameterPlace {
    /// In the path; always needed.
    Path,
    /// In the query, once at most.
    Query,
    /// In the query, any number of times.
    RepeatedQuery,
    /// A header.
    Header,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// A whole number from `min` to `max`.
    Integer {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// `true`, `false`, `1` or `0`.
    Flag,
    /// A duration such as `15m`, or seconds.
    Duration,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The id of a layer, built-in or of the config file.
    LayerId,
    /// The id of a service.
    ServiceId,
}

/// An answer of a route. Several with one status are several media types.
#[derive(Clone, Copy, Debug)]
pub struct ApiAnswer {
    /// The status.
    pub status: u16,
    /// When it is given, in one line.
    pub meaning: &'static str,
    /// Its body.
    pub body: AnswerBody,
}

/// The body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerBody {
    /// None.
    Empty,
    /// JSON of the schema with this name.
    Json(&'static str),
    /// Another media type.
    Media(&'static str),
    /// A problem document.
    Problem,
}

impl ApiAnswer {
    /// 200 with JSON of `schema`.
    pub const fn ok(schema: &'static str, meaning: &'static str) -> Self {
        Self {
            status: 200,
            meaning,
            body: AnswerBody::Json(schema),
        }
    }

    /// 200 with another media type.
    pub const fn media(media: &'static str, meaning: &'static str) -> Self {
        Self {
            status: 200,
            meaning,
            body: AnswerBody::Media(media),
        }
    }

    /// An error as a problem document.
    pub const fn problem(status: u16, meaning: &'static str) -> Self {
        Self {
            status,
            meaning,
            body: AnswerBody::Problem,
        }
    }

    /// 304 to an `If-None-Match` with the current `ETag`.
    pub const NOT_MODIFIED: Self = Self {
        status: 304,
        meaning: "`If-None-Match` names the current revision",
        body: AnswerBody::Empty,
    };
}

/// Answers to requests without a token, with a token that lacks the scope, to another host, and to
/// too many.
const GUARDED: [ApiAnswer; 4] = [
    ApiAnswer::problem(401, "the token is missing or wrong"),
    ApiAnswer::problem(403, "the token lacks the scope, or another origin asks"),
    ApiAnswer::problem(421, "the host is not served here"),
    ApiAnswer::problem(429, "too many requests; `Retry-After` says when"),
];
/// Answers to bodies that are not taken.
const BODIES: [ApiAnswer; 3] = [
    ApiAnswer::problem(408, "the body was not complete in time"),
    ApiAnswer::problem(413, "the body is larger than 256 KiB"),
    ApiAnswer::problem(415, "the body is not application/json"),
];
const MALFORMED: ApiAnswer = ApiAnswer::problem(400, "a parameter or the body is malformed");

impl ApiRoute {
    /// Its own answers and those that follow from its access, method and parameters, by status.
    pub fn all_answers(&self) -> Vec<ApiAnswer> {
        let mut answers = self.answers.to_vec();
        for common in self.common_answers() {
            if !answers.iter().any(|own| own.status == common.status) {
                answers.push(common);
            }
        }
        answers.sort_by_key(|answer| answer.status);
        answers
    }

    fn common_answers(&self) -> Vec<ApiAnswer> {
        let mut answers = Vec::new();
        if self.access != RouteAccess::Public {
            answers.extend(GUARDED);
        }
        if self.method != RouteMethod::Get {
            answers.extend(BODIES);
        }
        if self.method != RouteMethod::Get || !self.parameters.is_empty() {
            answers.push(MALFORMED);
        }
        answers
    }
}
