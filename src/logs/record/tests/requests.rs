//! Records of access logs and logfmt.

use super::check;

#[test]
fn every_form_is_read() {
    check(&[
        (
            r##"172.17.0.1 - - [28/Mar/2026:14:02:11 +0000] "GET /api?x=1 HTTP/1.1" 502 157 "-" "curl/8.5.0""##,
            r##"Access Some(Error) 2026-03-28T14:02:11Z | GET /api?x=1 HTTP/1.1 | method=GET path=/api?x=1 status=502 bytes=157 client=172.17.0.1 user_agent=curl/8.5.0"##,
        ),
        (
            r##"172.17.0.1 - alice [28/Mar/2026:14:02:11 +0000] "POST / HTTP/1.1" 404 0 "http://a/b" "Mozilla/5.0 (X11)" "10.0.0.9" rt=0.005 uct="0.000" urt="0.004""##,
            r##"Access Some(Warning) 2026-03-28T14:02:11Z | POST / HTTP/1.1 | method=POST path=/ status=404 bytes=0 client=172.17.0.1 user=alice referer=http://a/b user_agent=Mozilla/5.0 (X11) duration_ms=5 uct=0.000 urt=0.004"##,
        ),
        (
            r##"10.0.0.1 - - [28/Mar/2026:14:02:11 +0000] "GET / HTTP/1.1" 200 615 "-" "Wget" 0.012"##,
            r##"Access Some(Info) 2026-03-28T14:02:11Z | GET / HTTP/1.1 | method=GET path=/ status=200 bytes=615 client=10.0.0.1 user_agent=Wget duration_ms=12"##,
        ),
        (
            r##"10.0.0.1 - - [28/Mar/2026:14:02:11 +0000] "GET /x HTTP/1.1" 200 19 "-" "-" 7 "web@docker" "http://10.0.0.2:80" 12ms"##,
            r##"Access Some(Info) 2026-03-28T14:02:11Z | GET /x HTTP/1.1 | method=GET path=/x status=200 bytes=19 client=10.0.0.1 duration_ms=12"##,
        ),
        (
            r##"::1 - - [28/Mar/2026:14:02:11 +0000] "\x16\x03\x01" 400 157 "-" "-""##,
            r##"Access Some(Warning) 2026-03-28T14:02:11Z | \x16\x03\x01 | status=400 bytes=157 client=::1"##,
        ),
        (
            r##"172.17.0.1 - - [28/Mar/2026 14:02:11] "GET / HTTP/1.1" 200 -"##,
            r##"Access Some(Info) 2026-03-28T14:02:11Z local | GET / HTTP/1.1 | method=GET path=/ status=200 client=172.17.0.1"##,
        ),
        (
            r##"INFO:     172.17.0.1:51544 - "GET /health HTTP/1.1" 500 Internal Server Error"##,
            r##"Access Some(Error) - | GET /health HTTP/1.1 | method=GET path=/health status=500 client=172.17.0.1"##,
        ),
        (
            r##"10.0.1.2:33317 [28/Mar/2026:14:02:11.655] http-in static/srv1 10/0/30/69/109 503 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""##,
            r##"Access Some(Error) 2026-03-28T14:02:11.655Z local | GET /index.html HTTP/1.1 | method=GET path=/index.html status=503 bytes=2750 client=10.0.1.2 duration_ms=109 frontend=http-in backend=static server=srv1"##,
        ),
        (
            r##"<134>Mar 28 14:02:11 haproxy[7]: 10.0.1.2:33317 [28/Mar/2026:14:02:11.655] http-in~ static/srv1 10/0/30/69/+109 200 +2750 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1""##,
            r##"Access Some(Info) 2026-03-28T14:02:11.655Z local | GET / HTTP/1.1 | method=GET path=/ status=200 bytes=2750 client=10.0.1.2 duration_ms=109 frontend=http-in backend=static server=srv1"##,
        ),
        (
            r##"[GIN] 2026/03/28 - 14:02:11 | 404 |     13.283µs |       127.0.0.1 | GET      "/ping""##,
            r##"Access Some(Warning) 2026-03-28T14:02:11Z local | GET      "/ping" | method=GET path=/ping status=404 client=127.0.0.1 duration_ms=0.013283"##,
        ),
        (
            r##"time=2026-03-28T14:02:11.123Z level=WARN msg="slow request" method=GET path=/api duration_ms=250"##,
            r##"Logfmt Some(Warning) 2026-03-28T14:02:11.123Z | slow request | method=GET path=/api duration_ms=250"##,
        ),
        (
            r##"ts=2026-03-28T14:02:11.123Z caller=main.go:44 level=error component=tsdb msg="Opening storage failed" err="lock DB directory: resource temporarily unavailable""##,
            r##"Logfmt Some(Error) 2026-03-28T14:02:11.123Z | Opening storage failed | caller=main.go:44 component=tsdb err=lock DB directory: resource temporarily unavailable"##,
        ),
        (
            r##"time="2026-03-28T14:02:11Z" level=fatal msg="listen failed: \"x\"""##,
            r##"Logfmt Some(Error) 2026-03-28T14:02:11Z | listen failed: "x" |"##,
        ),
        (
            r##"method=GET path=/ status=500"##,
            r##"Logfmt Some(Error) - |  | method=GET path=/ status=500"##,
        ),
    ]);
}
