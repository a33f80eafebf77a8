# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_hubdeck_global_optspecs
    string join \n config= host= context= project= read-only theme= view= stack= ascii color= log-level= show-secrets listen= behind-proxy serve attach= token-file= attach-ca= attach-stdio h/help V/version
end

function __fish_hubdeck_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_hubdeck_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_hubdeck_using_subcommand
    set -l cmd (__fish_hubdeck_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c hubdeck -n "__fish_hubdeck_needs_command" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l listen -d 'With --serve: listen here instead of on serve.host and serve.port; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l attach -d 'Open the console on another hubdeck that runs with --serve: `http://HOST:PORT`, `https://HOST`, `unix:///SOCKET` or `ssh://[USER@]HOST[:PORT]`' -r
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l token-file -d 'With --attach: the file with the token that the other hubdeck demands (or `HUBDECK_TOKEN`)' -r -F
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l attach-ca -d 'With --attach https://…: accept only certificates that are signed by those in this file' -r -F
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l show-secrets -d 'Show secrets in the console instead of ***: environment, labels, commands, inspections'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l behind-proxy -d 'With --serve: a trusted proxy in front authenticates, so listen on other addresses without a token'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l serve -d 'Poll and serve HTTP, without a terminal'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -l attach-stdio -d 'Connect standard input and output with the hubdeck that serves on this machine; what `--attach ssh://` runs on the other side'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -s V -l version -d 'Print version'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "demo" -d 'Open the console on an embedded simulated stack'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "status" -d 'Poll once and print every service; the exit code tells whether all is well'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "map" -d 'Poll once and print the architecture map'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "explain" -d 'Explain the state of one service (polls once)'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "wait" -d 'Wait until services are healthy; the exit code tells whether they are'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "logs" -d 'Print the log lines of services, merged by time'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "start" -d 'Start services, what they depend on first'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "stop" -d 'Stop services, what depends on them first'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "restart" -d 'Restart services, what they depend on first, and wait for each wave to be healthy'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "recreate" -d 'Create containers of services again, with the same definition'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "update" -d 'Pull the images of services and recreate them; what does not become healthy is rolled back'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "pause" -d 'Freeze every process of services'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "unpause" -d 'Go on with services that are paused'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "kill" -d 'Send a signal to the first process of services, those that depend on them first'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "remove" -d 'Remove containers of services; their volumes stay'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "compose" -d 'Run `docker compose` with the files and the environment of a stack'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "scale" -d 'Change how many containers services of a Compose project have'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "audit" -d 'Print the audit record: who did what, and what came of each step'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "exec" -d 'Run a command, or a shell, in the container of a service; the exit code is that of the command'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "check" -d 'Ask a running `hubdeck --serve` whether it is alive and ready (for `healthcheck:` in Compose)'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "token" -d 'Make, list and revoke the tokens that clients of `hubdeck --serve` carry'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "config" -d 'Check or print the configuration'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "sim" -d 'Serve a simulated engine on a socket, for tests and benchmarks'
complete -c hubdeck -n "__fish_hubdeck_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l json -d 'Print one JSON document'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l strict -d 'Fail on degraded, starting and unknown services too'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l format -d 'Its form; svg stands on its own in a README, mermaid is rendered by code hosts' -r -f -a "text\t''
mermaid\t''
dot\t''
svg\t''
json\t''"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l width -d 'Columns that cards of the text form may use' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand map" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l json -d 'Print one JSON document'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l timeout -d 'How long to wait at most, such as 30s or 5m' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l state -d 'The state that each of them is to reach' -r -f -a "healthy\t'Healthy, running without a check, or finished with exit code 0'
running\t'Every container runs'
completed\t'Finished with exit code 0'
stopped\t'No container runs'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -s n -l tail -d 'Lines of each container to begin with, from the end: a number or all' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l since -d 'Only lines since then: a duration before now (10m, 1h30m), a date and time, or seconds since 1970' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l until -d 'Only lines before then; a clock time such as 15:30 is the first one after --since, and with --follow alone the next one' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l level -d 'Only lines of this level and worse: trace, debug, info, warning or error' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l grep -d 'Only lines in which this regular expression matches; any case, unless it has a capital letter' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l field -d 'Only lines whose field compares so, such as \'status>=500\' or \'path~^/api\'; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l filter -d 'Only lines that this filter lets through: all terms of docs/logs.md, or the name of a filter in the config file after an @' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -s f -l follow -d 'Go on with new lines, also of containers that are started or replaced later'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -s t -l timestamps -d 'Begin each line with the engine\'s time of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -s v -l invert-match -d 'Only lines in which it does not match'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l json -d 'Write one JSON object a line'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l patterns -d 'Write which patterns the lines have, instead of the lines'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l no-color -d 'Write no colours, also none that the lines contain'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l no-log-prefix -d 'Do not begin the lines of several containers with their names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l mask -d 'Write *** instead of secrets'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand recreate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l image -d 'The image to take, in place of what the container names' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l with-volumes -d 'Also services with data volumes, whose data is not rolled back'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand unpause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -s s -l signal -d 'Which signal, by name or number' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand kill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -s f -l force -d 'Also containers that run: they are killed'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l all -d 'Every service of the stack that --stack names'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l with-dependents -d 'Also services that depend on them, in the order of dependencies'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l wait -d 'Return once the last wave is healthy too; else once the engine has done its calls'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l dry-run -d 'Print the plan and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, the result of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "up" -d 'Create and start what the files of the stack define, recreate what differs from them'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "pull" -d 'Pull the images of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "build" -d 'Build the images of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "scale" -d 'Change how many containers services have'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "run" -d 'Run a command in a new container of a service, which is removed at its end'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "down" -d 'Stop and remove containers and networks; volumes stay'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and not __fish_seen_subcommand_from up pull build scale run down help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l force-recreate -d 'Recreate also what does not differ'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l wait -d 'Return once all are running or healthy'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "up" -d 'Create and start what the files of the stack define, recreate what differs from them'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Pull the images of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "build" -d 'Build the images of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "scale" -d 'Change how many containers services have'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a command in a new container of a service, which is removed at its end'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "down" -d 'Stop and remove containers and networks; volumes stay'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l yes-production -d 'Do not ask, also where production is concerned: its name, as the question wants it typed' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -s y -l yes -d 'Do not ask; what is production wants --yes-production'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l dry-run -d 'Print the plan, with what Compose would do, and do nothing'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l json -d 'Print one JSON document: the plan and, unless with --dry-run, what came of it'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l since -d 'Only operations that went on since then: a duration before now (10m, 1h30m), a date and time, or seconds since 1970' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l service -d 'Only operations on this service, by id (`stack/name`) or name; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -s v -l verbose -d 'Also the docker command of each step, and what the engine was called with and answered'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l json -d 'Print the lines of the record as they are, one JSON object a line'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -f -a "new" -d 'Make a token and print it, once: only its digest is kept'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -f -a "list" -d 'Print the name, scopes and times of every token'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -f -a "revoke" -d 'Revoke a token; a running server refuses it at once'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and not __fish_seen_subcommand_from new list revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l name -d 'What it is called in the list and in the audit record [default: token-1, token-2, …]' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l scope -d 'What it permits; may be repeated. `act` includes `read`, `admin` includes all' -r -f -a "read\t''
register\t''
config\t''
act\t''
admin\t''"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l expires -d 'When it ends: a time from now (12h, 30d, 1y) or a date (2027-01-31) [default: never]' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "new" -d 'Make a token and print it, once: only its digest is kept'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "list" -d 'Print the name, scopes and times of every token'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revoke a token; a running server refuses it at once'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -f -a "check" -d 'Report what is wrong with file, environment and flags, and where settings come from'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -f -a "example" -d 'Print a config file with every key and its default'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -f -a "socket-policy" -d 'Print the calls of the Docker API that hubdeck makes, for a proxy before the socket'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and not __fish_seen_subcommand_from check example socket-policy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from example" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l format -d 'As a list, or as the configuration of a proxy before the socket' -r -f -a "text\t'Method, path and what for, one call a line'
nginx\t'A configuration of nginx'
haproxy\t'A configuration of HAProxy'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l actions -d 'Also the calls that operate on containers'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from socket-policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Report what is wrong with file, environment and flags, and where settings come from'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "example" -d 'Print a config file with every key and its default'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "socket-policy" -d 'Print the calls of the Docker API that hubdeck makes, for a proxy before the socket'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l listen -d 'Where to listen: unix:PATH' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l containers -d 'Running containers, in stacks of ten; without it the demo scenario runs' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l stopped -d 'Stopped containers beside them' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l scenario -d 'Scenario file instead of the built-in one' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l log-rate -d 'Log lines per second and container' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l config -d 'Config file to read' -r -F
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l host -d 'Engine address, such as unix:///var/run/docker.sock or tcp://host:2375' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l context -d 'Docker context to connect with' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l project -d 'Watch only this Compose project; may be repeated' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l theme -d 'Theme of the console' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l view -d 'View that the console shows first: map, services, logs, timeline, incidents or hubdeck-log' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l stack -d 'Show only this stack; in the console others are a key away' -r
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l color -d 'When to write colours' -r -f -a "auto\t'To a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l log-level -d 'Level of the hubdeck log' -r -f -a "error\t'Something failed'
warn\t'Something is odd'
info\t'What happens'
debug\t'How it happens'
trace\t'Every step'"
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l read-only -d 'Read-only: never change a container'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -l ascii -d 'Draw with plain ASCII only'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand sim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "demo" -d 'Open the console on an embedded simulated stack'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "status" -d 'Poll once and print every service; the exit code tells whether all is well'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "map" -d 'Poll once and print the architecture map'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "explain" -d 'Explain the state of one service (polls once)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "wait" -d 'Wait until services are healthy; the exit code tells whether they are'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "logs" -d 'Print the log lines of services, merged by time'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "start" -d 'Start services, what they depend on first'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "stop" -d 'Stop services, what depends on them first'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "restart" -d 'Restart services, what they depend on first, and wait for each wave to be healthy'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "recreate" -d 'Create containers of services again, with the same definition'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "update" -d 'Pull the images of services and recreate them; what does not become healthy is rolled back'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "pause" -d 'Freeze every process of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "unpause" -d 'Go on with services that are paused'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "kill" -d 'Send a signal to the first process of services, those that depend on them first'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "remove" -d 'Remove containers of services; their volumes stay'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "compose" -d 'Run `docker compose` with the files and the environment of a stack'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "scale" -d 'Change how many containers services of a Compose project have'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "audit" -d 'Print the audit record: who did what, and what came of each step'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "exec" -d 'Run a command, or a shell, in the container of a service; the exit code is that of the command'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "check" -d 'Ask a running `hubdeck --serve` whether it is alive and ready (for `healthcheck:` in Compose)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "completions" -d 'Print the completions of a shell'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "token" -d 'Make, list and revoke the tokens that clients of `hubdeck --serve` carry'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "config" -d 'Check or print the configuration'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "sim" -d 'Serve a simulated engine on a socket, for tests and benchmarks'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and not __fish_seen_subcommand_from demo status map explain wait logs start stop restart recreate update pause unpause kill remove compose scale audit exec check completions token config sim help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "up" -d 'Create and start what the files of the stack define, recreate what differs from them'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "pull" -d 'Pull the images of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "build" -d 'Build the images of services'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "scale" -d 'Change how many containers services have'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "run" -d 'Run a command in a new container of a service, which is removed at its end'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "down" -d 'Stop and remove containers and networks; volumes stay'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "new" -d 'Make a token and print it, once: only its digest is kept'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "list" -d 'Print the name, scopes and times of every token'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "revoke" -d 'Revoke a token; a running server refuses it at once'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Report what is wrong with file, environment and flags, and where settings come from'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "example" -d 'Print a config file with every key and its default'
complete -c hubdeck -n "__fish_hubdeck_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "socket-policy" -d 'Print the calls of the Docker API that hubdeck makes, for a proxy before the socket'
