//! Records of JSON, alone and behind text.

use super::check;

#[test]
#[allow(clippy::too_many_lines)] // a table
fn every_form_is_read() {
    check(&[
        (
            r##"{"t":{"$date":"2026-03-28T14:02:11.123+00:00"},"s":"W","c":"CONTROL","id":22120,"ctx":"initandlisten","msg":"Access control is not enabled","attr":{"a":1}}"##,
            r##"Json Some(Warning) 2026-03-28T14:02:11.123Z | Access control is not enabled | c=CONTROL id=22120 ctx=initandlisten attr.a=1"##,
        ),
        (
            r##"{"timestamp":"2026-03-28T14:02:11.123Z","level":"INFO","logger":"hub","message":"done","correlation_id":"c-1","method":"GET","path":"/a","duration_ms":12.5}"##,
            r##"Json Some(Info) 2026-03-28T14:02:11.123Z | done | logger=hub correlation_id=c-1 method=GET path=/a duration_ms=12.5"##,
        ),
        (
            r##"{"level":30,"time":1774706531123,"pid":1,"hostname":"x","req":{"method":"GET","url":"/"},"msg":"request"}"##,
            r##"Json Some(Info) 2026-03-28T14:02:11.123Z | request | pid=1 hostname=x req.method=GET req.url=/"##,
        ),
        (
            r##"{"@t":"2026-03-28T14:02:11.123Z","@mt":"User {U}","U":7}"##,
            r##"Json Some(Info) 2026-03-28T14:02:11.123Z | User {U} | U=7"##,
        ),
        (
            r##"{"@t":"2026-03-28T14:02:11.123Z","@l":"Error","@m":"no"}"##,
            r##"Json Some(Error) 2026-03-28T14:02:11.123Z | no |"##,
        ),
        (
            r##"{"@timestamp":"2026-03-28T14:02:11.123Z","log.level":"error","message":"x","ecs.version":"1.6.0"}"##,
            r##"Json Some(Error) 2026-03-28T14:02:11.123Z | x | ecs.version=1.6.0"##,
        ),
        (
            r##"{"severityNumber":17,"body":"x"}"##,
            r##"Json Some(Error) - | x |"##,
        ),
        (
            r##"{"PRIORITY":"4","MESSAGE":"x","priority":2}"##,
            r##"Json Some(Warning) - | x | priority=2"##,
        ),
        (
            r##"{"msg":"booked","time":"morning"}"##,
            r##"Json None - | booked | time=morning"##,
        ),
        (
            r##"{"@timestamp":"2026-03-28T14:02:11.123Z","log":{"level":"warn","logger":"a"},"message":"x"}"##,
            r##"Json Some(Warning) 2026-03-28T14:02:11.123Z | x | log.logger=a"##,
        ),
        (
            r##"{"level":"info","ts":1774706531.123,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"1.2.3.4","method":"GET","uri":"/a"},"duration":0.000929,"size":10900,"status":502}"##,
            r##"Json Some(Error) 2026-03-28T14:02:11.123Z | handled request | logger=http.log.access client=1.2.3.4 method=GET path=/a duration_ms=0.929 size=10900 status=502"##,
        ),
        (
            r##"{"level":"info","ts":1774706531.123,"caller":"a/b.go:1","msg":"zap"}"##,
            r##"Json Some(Info) 2026-03-28T14:02:11.123Z | zap | caller=a/b.go:1"##,
        ),
        (
            r##"{"level":"error","error":"x","time":"2026-03-28T14:02:11Z","message":"zerolog"}"##,
            r##"Json Some(Error) 2026-03-28T14:02:11Z | zerolog | error=x"##,
        ),
        (
            r##"{"log":"hello\n","stream":"stdout","time":"2026-03-28T14:02:11.123Z"}"##,
            r##"Json None 2026-03-28T14:02:11.123Z | hello | stream=stdout"##,
        ),
        (
            r##"{"time":"2026-03-28T14:02:11+00:00","remote_addr":"1.2.3.4","request":"GET / HTTP/1.1","status":"503","request_time":"0.005"}"##,
            r##"Json Some(Error) 2026-03-28T14:02:11Z | GET / HTTP/1.1 | client=1.2.3.4 request=GET / HTTP/1.1 status=503 duration_ms=5 method=GET path=/"##,
        ),
        (
            r##"{"severity_text":"WARN","body":"otel","attributes":{"http":{"status_code":200}}}"##,
            r##"Json Some(Warning) - | otel | attributes.http.status_code=200"##,
        ),
        (
            r##"{"PRIORITY":"3","MESSAGE":"journal","__REALTIME_TIMESTAMP":"1774706531123456"}"##,
            r##"Json Some(Error) 2026-03-28T14:02:11.123456Z | journal |"##,
        ),
        (
            r##"{"Timestamp":"2026-03-28T14:02:11Z","EventId":0,"LogLevel":"Warning","Category":"a.b","Message":"net"}"##,
            r##"Json Some(Warning) 2026-03-28T14:02:11Z | net | EventId=0 Category=a.b"##,
        ),
        (
            r##"2026-03-28 14:02:11 INFO request {"a":1,"b":{"c":"x"}}"##,
            r##"Json Some(Info) 2026-03-28T14:02:11Z local | request | a=1 b.c=x"##,
        ),
        (
            r##"audit {"level":"error","msg":"denied"}"##,
            r##"Json Some(Error) - | audit | message=denied"##,
        ),
        (
            r##"{"level":"error","msg":"cut off he"##,
            r##"Json Some(Error) - | cut off he |"##,
        ),
        (
            r##"{"level":"\u0065rror","msg":"\u001b[31mred\u001b[0m \ud83e\udd80 \u202ex\u001b]0;t"}"##,
            r##"Json None - | red 🦀 x]0;t | level=error"##,
        ),
        (
            r##"{"level":"custom","severity":"warn","msg":"m","nested":{"a":{"b":null}},"list":[1,{"x":"]"}]}"##,
            r##"Json Some(Warning) - | m | level=custom nested.a.b=null list=[1,{"x":"]"}]"##,
        ),
        (
            r##"{"msg":"a"} trailing"##,
            r##"Json None - | a trailing |"##,
        ),
        (r##"{}"##, r##"Json None - |  |"##),
    ]);
}
