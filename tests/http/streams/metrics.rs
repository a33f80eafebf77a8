//! `GET /metrics` in its three forms.

use super::world;

#[tokio::test]
async fn metrics_are_given_in_the_form_that_is_asked_for() {
    let world = world();
    for (accept, media, part) in [
        (
            "*/*",
            "text/plain; version=0.0.4; charset=utf-8",
            "\n# TYPE hubdeck_actions_total counter\n",
        ),
        (
            "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            "\n# EOF\n",
        ),
        (
            "application/json",
            "application/json",
            "\"total_services\":5",
        ),
    ] {
        let mut answer = world.open("/metrics", &[("accept", accept)]).await;
        assert_eq!(answer.status, 200, "{accept}");
        assert_eq!(answer.header("content-type"), media);
        assert_eq!(answer.header("vary"), "Accept, Accept-Encoding");
        let body = answer.rest().await;
        assert!(body.contains(part), "{body}");
        assert!(
            !body.contains("hunter2") && !body.contains("0123456789abcdef"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_series_ends_with_its_service() {
    let world = world();
    let series = "hubdeck_service_health{stack=\"hub\",service=\"db\",state=\"healthy\"} 1\n";
    let body = world.open("/metrics", &[]).await.rest().await;
    assert!(body.contains(series), "{body}");
    let mut snapshot = crate::support::snapshots::hub(8);
    snapshot
        .services
        .retain(|service| service.id.as_str() != "hub/db");
    world.snapshots.send_replace(snapshot.into());
    let body = world.open("/metrics", &[]).await.rest().await;
    assert!(!body.contains("service=\"db\""), "{body}");
}
