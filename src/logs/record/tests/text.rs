//! Records of text of known programs and loggers, and of none.

use super::check;

#[test]
#[allow(clippy::too_many_lines)] // a table
fn every_form_is_read() {
    check(&[
        (
            r##"2026-11-30 10:39:16.056 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432"##,
            r##"Text Some(Info) 2026-11-30T10:39:16.056Z | listening on IPv4 address "0.0.0.0", port 5432 | pid=1"##,
        ),
        (
            r##"2026-11-30 10:39:40.985 UTC [49] ERROR:  division by zero"##,
            r##"Text Some(Error) 2026-11-30T10:39:40.985Z | division by zero | pid=49"##,
        ),
        (
            r##"2026-11-30 10:39:40.985 UTC [49] STATEMENT:  select 1/0"##,
            r##"Text None 2026-11-30T10:39:40.985Z | STATEMENT:  select 1/0 | pid=49"##,
        ),
        (
            r##"2026-11-30 10:39:41.447 UTC [76] FATAL:  role "nobody" does not exist"##,
            r##"Text Some(Error) 2026-11-30T10:39:41.447Z | role "nobody" does not exist | pid=76"##,
        ),
        (
            r##"2026-11-30 10:39:41.563 UTC [83] WARNING:  w"##,
            r##"Text Some(Warning) 2026-11-30T10:39:41.563Z | w | pid=83"##,
        ),
        (
            r##"2026-11-30 10:39:41.563 UTC [83] app@shop LOG:  duration: 1204.551 ms"##,
            r##"Text Some(Info) 2026-11-30T10:39:41.563Z | duration: 1204.551 ms | pid=83 logger=app@shop"##,
        ),
        (
            r##"1:M 30 Nov 2026 10:39:12.933 * Ready to accept connections"##,
            r##"Text Some(Info) 2026-11-30T10:39:12.933Z local | Ready to accept connections | role=M pid=1"##,
        ),
        (
            r##"1:M 30 Nov 2026 10:39:12.932 # WARNING Memory overcommit must be enabled!"##,
            r##"Text Some(Warning) 2026-11-30T10:39:12.932Z local | WARNING Memory overcommit must be enabled! | role=M pid=1"##,
        ),
        (
            r##"1:M 30 Nov 2026 14:14:58.773 * Running mode=standalone, port=6379."##,
            r##"Text Some(Info) 2026-11-30T14:14:58.773Z local | Running | role=M pid=1 mode=standalone port=6379."##,
        ),
        (
            r##"1:signal-handler (1796048110) Received SIGTERM scheduling shutdown..."##,
            r##"Text None 2026-11-30T14:15:10Z | Received SIGTERM scheduling shutdown... | pid=1"##,
        ),
        (
            r##"<string>:7: UserWarning: user"##,
            r##"Text Some(Warning) - | UserWarning: user |"##,
        ),
        (
            r##"/usr/lib/python3/dist-packages/a.py:12: DeprecationWarning: old api"##,
            r##"Text Some(Warning) - | DeprecationWarning: old api |"##,
        ),
        (
            r##"Old: DeprecationWarning: old api"##,
            r##"Plain None - | Old: DeprecationWarning: old api |"##,
        ),
        (
            r##"2026-11-30 14:16:25,859 CRITICAL x crit"##,
            r##"Text Some(Error) 2026-11-30T14:16:25.859Z local | x crit |"##,
        ),
        (
            r##"2026-11-30 14:15:24 5 [Warning] Aborted connection 5 to db: 'unconnected' user: 'unauthenticated' host: '172.17.0.1' (This connection closed normally without authentication)"##,
            r##"Text Some(Warning) 2026-11-30T14:15:24Z local | Aborted connection 5 to db: 'unconnected' user: 'unauthenticated' host: '172.17.0.1' (This connection closed normally without authentication) | pid=5"##,
        ),
        (
            r##"2026-11-30 14:15:21.314825+00:00 [notice] <0.44.0> Application syslog exited with reason: stopped"##,
            r##"Text Some(Info) 2026-11-30T14:15:21.314825Z | Application syslog exited with reason: stopped | process=0.44.0"##,
        ),
        (
            r##"2026-11-30 14:15:07.276 UTC [56] CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE"##,
            r##"Text None 2026-11-30T14:15:07.276Z | CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE | pid=56"##,
        ),
        (
            r##"[WARNING]  (8) : Server bk/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms."##,
            r##"Text Some(Warning) - | (8) : Server bk/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. |"##,
        ),
        (
            r##"[ALERT]    (1) : [/usr/local/sbin/haproxy.main()] No enabled listener found"##,
            r##"Text Some(Error) - | (1) : [/usr/local/sbin/haproxy.main()] No enabled listener found |"##,
        ),
        (
            r##"28-Mar-2026 14:02:11.123 SEVERE [http-nio-8080-exec-1] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() threw exception"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123Z local | [http-nio-8080-exec-1] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() threw exception |"##,
        ),
        (
            r##"2026-03-28T14:02:11+0000 host systemd[1]: Started Session 3 of user root."##,
            r##"Text None 2026-03-28T14:02:11Z | Started Session 3 of user root. | host=host app=systemd pid=1"##,
        ),
        (
            r##"2026-03-28T14:02:11.123456+01:00 host sshd[99]: error: kex_exchange_identification"##,
            r##"Text Some(Error) 2026-03-28T13:02:11.123456Z | kex_exchange_identification | host=host app=sshd pid=99"##,
        ),
        (
            r##"<28>Mar 28 14:02:11 haproxy[7]: Proxy http-in stopped."##,
            r##"Text Some(Warning) 2000-03-28T14:02:11Z no year | Proxy http-in stopped. | app=haproxy pid=7"##,
        ),
        (
            r##"2026/03/28 14:02:11 [error] 31#31: *5 connect() failed (111: Connection refused) while connecting to upstream, client: 172.17.0.1, server: localhost, request: "GET /api HTTP/1.1", upstream: "http://172.18.0.3:8000/api", host: "localhost:8080""##,
            r##"Text Some(Error) 2026-03-28T14:02:11Z local | *5 connect() failed (111: Connection refused) while connecting to upstream | pid=31 client=172.17.0.1 server=localhost request=GET /api HTTP/1.1 upstream=http://172.18.0.3:8000/api host=localhost:8080"##,
        ),
        (
            r##"2026/03/28 14:02:11 [notice] 1#1: start worker processes"##,
            r##"Text Some(Info) 2026-03-28T14:02:11Z local | start worker processes | pid=1"##,
        ),
        (
            r##"[Sat Mar 28 14:02:11.123456 2026] [core:notice] [pid 1:tid 139] AH00094: Command line: 'httpd -D FOREGROUND'"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123456Z local | AH00094: Command line: 'httpd -D FOREGROUND' | pid=1"##,
        ),
        (
            r##"[Sat Mar 28 14:02:11.123456 2026] [proxy:error] [pid 8:tid 139] [client 1.2.3.4:555] AH01114: HTTP: failed"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123456Z local | AH01114: HTTP: failed | pid=8 client=1.2.3.4:555"##,
        ),
        (
            r##"2026-11-30 10:39:15 0 [Warning] Could not increase number of max_open_files"##,
            r##"Text Some(Warning) 2026-11-30T10:39:15Z local | Could not increase number of max_open_files | pid=0"##,
        ),
        (
            r##"2026-11-30 10:39:16+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server started."##,
            r##"Text Some(Info) 2026-11-30T10:39:16Z | [Entrypoint]: Entrypoint script for MariaDB Server started. |"##,
        ),
        (
            r##"2026-03-28T14:02:11.123456Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123456Z | [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting | pid=0 code=MY-010116"##,
        ),
        (
            r##"2026-11-30 10:39:21.516726+00:00 [info] <0.223.0> Feature flags: list of feature flags found:"##,
            r##"Text Some(Info) 2026-11-30T10:39:21.516726Z | Feature flags: list of feature flags found: | process=0.223.0"##,
        ),
        (
            r##"[1] 2026/11/30 10:39:14.075165 [INF] Starting nats-server"##,
            r##"Text Some(Info) 2026-11-30T10:39:14.075165Z local | Starting nats-server | pid=1"##,
        ),
        (
            r##"[1] 2026/11/30 10:39:14.075165 [ERR] 172.18.0.1:4222 - cid:5 - authentication error"##,
            r##"Text Some(Error) 2026-11-30T10:39:14.075165Z local | 172.18.0.1:4222 - cid:5 - authentication error | pid=1"##,
        ),
        (
            r##"1796035154: mosquitto version 2.0.11 starting"##,
            r##"Text None 2026-11-30T10:39:14Z | mosquitto version 2.0.11 starting |"##,
        ),
        (
            r##"1796035154: Error: Address already in use"##,
            r##"Text Some(Error) 2026-11-30T10:39:14Z | Address already in use |"##,
        ),
        (
            r##"2026-03-28 14:02:11,123 - app.orders - ERROR - order 17 failed"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123Z local | order 17 failed | logger=app.orders"##,
        ),
        (
            r##"2026-03-28 14:02:11,123 INFO app.orders: order 17"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z local | order 17 | logger=app.orders"##,
        ),
        (
            r##"ERROR:root:bad thing"##,
            r##"Text Some(Error) - | bad thing | logger=root"##,
        ),
        (
            r##"INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)"##,
            r##"Text Some(Info) - | Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit) |"##,
        ),
        (
            r##"WARNING:  Unsupported upgrade request."##,
            r##"Text Some(Warning) - | Unsupported upgrade request. |"##,
        ),
        (
            r##"[2026-03-28 14:02:11 +0000] [7] [INFO] Booting worker with pid: 7"##,
            r##"Text Some(Info) 2026-03-28T14:02:11Z | Booting worker with pid: 7 | pid=7"##,
        ),
        (
            r##"[2026-03-28 14:02:11,123: INFO/MainProcess] Connected to redis://redis:6379/0"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z local | Connected to redis://redis:6379/0 | logger=MainProcess"##,
        ),
        (
            r##"2026-03-28 14:02:11.123  INFO 1 --- [           main] c.e.demo.DemoApplication                 : Started in 2.1 seconds"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z local | Started in 2.1 seconds | pid=1 thread=main logger=c.e.demo.DemoApplication"##,
        ),
        (
            r##"2026-03-28T14:02:11.123Z ERROR 1 --- [app] [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[dispatcherServlet]    : Servlet.service() threw"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123Z | Servlet.service() threw | pid=1 thread=app thread=nio-8080-exec-1 logger=o.a.c.c.C.[.[.[/].[dispatcherServlet]"##,
        ),
        (
            r##"14:02:11.123 [main] WARN  com.example.App - low memory"##,
            r##"Text Some(Warning) WithoutDate(14h 2m 11s 123ms) | low memory | thread=main logger=com.example.App"##,
        ),
        (
            r##"2026-03-28 14:02:11,123 ERROR [main] com.example.App: no route"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123Z local | no route | thread=main logger=com.example.App"##,
        ),
        (
            r##"[2026-03-28 14:02:11,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z local | [KafkaServer id=0] started (kafka.server.KafkaServer) |"##,
        ),
        (
            r##"[2026-03-28T14:02:11,123][WARN ][o.e.n.Node               ] [node-1] low disk"##,
            r##"Text Some(Warning) 2026-03-28T14:02:11.123Z local | [node-1] low disk | logger=o.e.n.Node"##,
        ),
        (
            r##"2026-03-28 14:02:11,123 [myid:] - INFO  [main:QuorumPeerConfig@135] - Reading configuration"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z local | [main:QuorumPeerConfig@135] - Reading configuration | thread=myid:"##,
        ),
        (
            r##"INFO  [main] 2026-03-28 14:02:11,123 CassandraDaemon.java:12 - Starting"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z local | Starting | thread=main logger=CassandraDaemon.java:12"##,
        ),
        (
            r##"2026/03/28 14:02:11 INFO request done method=GET status=200 took=3ms"##,
            r##"Text Some(Info) 2026-03-28T14:02:11Z local | request done | method=GET status=200 took=3ms"##,
        ),
        (
            r##"2026/03/28 14:02:11 http: Server closed"##,
            r##"Text None 2026-03-28T14:02:11Z local | http: Server closed |"##,
        ),
        (
            r##"panic: runtime error: index out of range [5] with length 3"##,
            r##"Text Some(Error) - | runtime error: index out of range [5] with length 3 |"##,
        ),
        (
            r##"I0102 15:04:05.678901    1234 server.go:12] Starting "x" key="v""##,
            r##"Text Some(Info) WithoutDate(15h 4m 5s 678ms 901µs) | Starting "x" | pid=1234 caller=server.go:12 key=v"##,
        ),
        (
            r##"2026-03-28T14:02:11.123456Z  INFO hub::server: listening addr=0.0.0.0:80 workers=2"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123456Z | listening | logger=hub::server addr=0.0.0.0:80 workers=2"##,
        ),
        (
            r##"2026-03-28T14:02:11.123456Z ERROR request{id=7}: hub::db: no connection"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123456Z | no connection | span=request{id=7} logger=hub::db"##,
        ),
        (
            r##"[2026-03-28T14:02:11Z WARN  hub::db] slow"##,
            r##"Text Some(Warning) 2026-03-28T14:02:11Z | slow | logger=hub::db"##,
        ),
        (
            r##"thread 'main' panicked at src/main.rs:2:5:"##,
            r##"Text Some(Error) - | thread 'main' panicked at src/main.rs:2:5: |"##,
        ),
        (
            r##"info: Microsoft.Hosting.Lifetime[14]"##,
            r##"Text Some(Info) - |  | logger=Microsoft.Hosting.Lifetime event_id=14"##,
        ),
        (
            r##"[14:02:11 ERR] Unhandled thing"##,
            r##"Text Some(Error) WithoutDate(14h 2m 11s) | Unhandled thing |"##,
        ),
        (
            r##"E, [2026-03-28T14:02:11.123456 #1] ERROR -- : no file"##,
            r##"Text Some(Error) 2026-03-28T14:02:11.123456Z local | no file | pid=1"##,
        ),
        (
            r##"I, [2026-03-28T14:02:11.123456 #1]  INFO -- sidekiq: up"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123456Z local | up | pid=1 logger=sidekiq"##,
        ),
        (
            r##"[28-Mar-2026 14:02:11] NOTICE: fpm is running, pid 1"##,
            r##"Text Some(Info) 2026-03-28T14:02:11Z local | fpm is running, pid 1 |"##,
        ),
        (
            r##"PHP Fatal error:  Uncaught Exception: x in /app/a.php:3"##,
            r##"Text Some(Error) - | Uncaught Exception: x in /app/a.php:3 |"##,
        ),
        (
            r##"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8"##,
            r##"Text Some(Error) 2000-10-11T22:14:15Z no year | 'su root' failed for lonvick on /dev/pts/8 | host=mymachine app=su"##,
        ),
        (
            r##"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="App"] An application event"##,
            r##"Text Some(Info) 2003-10-11T22:14:15.003Z | An application event | host=mymachine.example.com app=evntslog message_id=ID47"##,
        ),
        (
            r##"<3>disk is full"##,
            r##"Text Some(Error) - | disk is full |"##,
        ),
        (
            r##"Mar 28 14:02:11 host sshd[99]: Accepted publickey"##,
            r##"Text None 2000-03-28T14:02:11Z no year | Accepted publickey | host=host app=sshd pid=99"##,
        ),
        (
            r##"Mar 28 14:02:11 host app[1]: ERROR no route"##,
            r##"Text Some(Error) 2000-03-28T14:02:11Z no year | no route | host=host app=app pid=1"##,
        ),
        (
            r##"2026-03-28T14:02:11.123+0000 I NETWORK  [initandlisten] waiting for connections on port 27017"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z | NETWORK  [initandlisten] waiting for connections on port 27017 |"##,
        ),
        (r##"{broken"##, r##"Plain None - | {broken |"##),
        (
            r##"npm ERR! code ELIFECYCLE"##,
            r##"Text Some(Error) - | npm ERR! code ELIFECYCLE |"##,
        ),
        (
            r##"TypeError: Cannot read properties of undefined"##,
            r##"Text Some(Error) - | TypeError: Cannot read properties of undefined |"##,
        ),
        (
            r##"java.lang.IllegalStateException: no"##,
            r##"Text Some(Error) - | java.lang.IllegalStateException: no |"##,
        ),
        (
            r##"  indented text"##,
            r##"Plain None - |   indented text |"##,
        ),
        (
            r##"Server listening on port 3000"##,
            r##"Plain None - | Server listening on port 3000 |"##,
        ),
        (
            r##"Done in 14:02:11"##,
            r##"Plain None - | Done in 14:02:11 |"##,
        ),
        (
            r##"Error: listen EADDRINUSE: address already in use :::3000"##,
            r##"Text Some(Error) - | listen EADDRINUSE: address already in use :::3000 |"##,
        ),
        (
            r##"2026-03-28 14:02:11 Starting up ERROR handling"##,
            r##"Text None 2026-03-28T14:02:11Z local | Starting up ERROR handling |"##,
        ),
        (
            r##"[db] connected"##,
            r##"Plain None - | [db] connected |"##,
        ),
        (
            r##"2026-03-28T14:02:11.123Z [INFO]  agent: Started"##,
            r##"Text Some(Info) 2026-03-28T14:02:11.123Z | agent: Started |"##,
        ),
        (
            r##"2026-11-30T10:39:14Z myhost kernel: oom"##,
            r##"Text None 2026-11-30T10:39:14Z | myhost kernel: oom |"##,
        ),
        (
            r##"14:02:11 web.1 | listening"##,
            r##"Text None WithoutDate(14h 2m 11s) | web.1 | listening |"##,
        ),
        (r##"level ok"##, r##"Plain None - | level ok |"##),
        (
            r##"ERROR 2002 (HY000): Can't connect to server"##,
            r##"Text Some(Error) - | 2002 (HY000): Can't connect to server |"##,
        ),
        (
            r##"WARN[0003] something"##,
            r##"Text Some(Warning) Relative(3.0) | something |"##,
        ),
        (
            r##"[   12.345678] usb 1-1: new device"##,
            r##"Text None Relative(12.345678) | usb 1-1: new device |"##,
        ),
        (
            r##"2026-03-28 14:02:11 ERROR app: a.b: c"##,
            r##"Text Some(Error) 2026-03-28T14:02:11Z local | app: a.b: c |"##,
        ),
    ]);
}
