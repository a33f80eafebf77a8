use super::*;

fn answer(status_code: u16, message: &str) -> EngineError {
    let error = ClientError::DockerResponseServerError {
        status_code,
        message: message.into(),
    };
    EngineError::from_client("read statistics of", "container abc", &error)
}

#[test]
fn status_codes_become_kinds_an_operator_can_act_on() {
    assert!(matches!(
        answer(404, "No such container: abc"),
        EngineError::NotFound { .. }
    ));
    assert!(matches!(
        answer(404, "page not found"),
        EngineError::Unsupported { .. }
    ));
    assert!(matches!(
        answer(403, "<html>Forbidden</html>"),
        EngineError::Forbidden { .. }
    ));
    assert!(matches!(answer(501, ""), EngineError::Unsupported { .. }));
    assert!(matches!(
        answer(409, "already paused"),
        EngineError::Conflict { .. }
    ));
    assert_eq!(
        answer(500, "").to_string(),
        "cannot read statistics of container abc: HTTP status 500"
    );
    assert_eq!(
        answer(403, "").refusal().as_deref(),
        Some("read statistics of: not permitted"),
        "the clause shown beside the feature"
    );
    assert_eq!(answer(500, "boom").refusal(), None);
}

#[test]
fn what_an_engine_says_of_a_container_is_not_said_twice() {
    let id = "8feb2b65".repeat(8);
    for (said, cause) in [
        (
            format!("Cannot restart container {id}: container is marked for removal"),
            "container is marked for removal",
        ),
        (
            format!("cannot stop container: {id}: tried to kill container: no exit"),
            "tried to kill container: no exit",
        ),
        (
            "Cannot connect: refused".to_owned(),
            "Cannot connect: refused",
        ),
        (
            format!("network {id}: is gone"),
            &format!("network {id}: is gone"),
        ),
        (
            format!("cannot stop container: {id}"),
            &format!("cannot stop container: {id}"),
        ),
    ] {
        assert_eq!(answer(409, &said).cause(), cause, "{said}");
    }
}

#[test]
fn io_errors_are_found_at_the_bottom_of_the_chain() {
    let io = io::Error::new(io::ErrorKind::PermissionDenied, "os error 13");
    let error = EngineError::from_client("list", "containers", &ClientError::IOError { err: io });
    assert!(error.is_unreachable());
    assert!(error.to_string().contains("docker group"), "{error}");
}

#[test]
fn what_hubdeck_has_none_left_of_does_not_make_the_engine_unreachable() {
    use rustix::io::Errno;

    let failed = |error: io::Error| {
        EngineError::from_client("list", "containers", &ClientError::IOError { err: error })
    };
    let shortage = Some(Shortage::SystemFileHandles);
    let refused = Refused {
        clause: "this host is out of file handles".into(),
        shortage,
    };
    for error in [
        failed(Errno::NFILE.into()),
        failed(io::Error::other(refused)),
    ] {
        assert!(error.is_short() && !error.is_unreachable(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "cannot list containers: this host is out of file handles"
        );
        assert_eq!(error.refusal(), None);
    }
    assert!(failed(Errno::CONNREFUSED.into()).is_unreachable());
    assert!(failed(io::Error::other(Refused::new("refused"))).is_unreachable());
}
