# One value at a time.
@ app.yaml
| db:
|   user: app
|   hosts: [a, b]
| open_unencrypted: text
@ password.txt
| line one
| line two
$ underseal init
> made an age key in …
> recipient …
> wrote …
$ underseal encrypt -i app.yaml
> sealed app.yaml
$ underseal get app.yaml db.hosts
> ["a","b"]
$ underseal get app.yaml '["db"]["hosts"][1]' --json
> "b"
$ underseal get app.yaml db.nobody
? 91
! underseal: PATH_NOT_FOUND: there is no such value
!   at app.yaml
!   path db.nobody
!   fix: List the keys with `underseal decrypt`, and check the path.
$ underseal set app.yaml db.password --value-stdin
< s3cret
! set db.password in app.yaml (encrypted)
~! app.yaml s3cret
$ underseal get app.yaml db.password --json
> "s3cret"
$ underseal set app.yaml db.key --value-file password.txt
! set db.key in app.yaml (encrypted)
$ underseal get app.yaml db.key --json
> "line one\nline two\n"
$ underseal set app.yaml db.port 5432 --json
! underseal: warning: a value on the command line is visible in the process list; prefer --value-stdin
! set db.port in app.yaml (encrypted)
$ underseal set app.yaml open_unencrypted visible
! underseal: warning: a value on the command line is visible in the process list; prefer --value-stdin
! set open_unencrypted in app.yaml (in clear, as the file's selection says)
~ app.yaml open_unencrypted: visible
$ underseal set app.yaml db.port '{' --json
? 7
! underseal: warning: a value on the command line is visible in the process list; prefer --value-stdin
! underseal: VALUE_INVALID: the value is not usable JSON: it does not parse
!   fix: Pass a valid value: JSON with --json, text without.
$ underseal set app.yaml db.port
? 1
! underseal: USAGE: no value is given
!   fix: Run the command with --help to see its arguments.
$ underseal set app.yaml db.port 1 --value-stdin
? 8
! underseal: OPTIONS_CONFLICT: the value is given in more than one way
!   fix: Drop one of the two options.
$ underseal set app.yaml a..b x
? 7
! underseal: PATH_INVALID: the path has an empty or misplaced step
!   fix: Write the path as a.b[0] or ["a"]["b"][0].
$ underseal unset app.yaml db.hosts[0]
! removed db.hosts[0] from app.yaml
$ underseal unset app.yaml db.key
! removed db.key from app.yaml
$ underseal unset app.yaml db.key
? 91
! underseal: PATH_NOT_FOUND: there is no such entry
!   at app.yaml
!   fix: List the keys with `underseal decrypt`, and check the path.
$ underseal decrypt app.yaml
> db:
>   user: app
>   hosts: [b]
>   password: s3cret
>   port: 5432
> open_unencrypted: visible
