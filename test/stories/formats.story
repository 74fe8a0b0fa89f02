# Five formats, conversions, a new file, and a rule that has changed.
@ app.json
| {"user": "app", "ratio": 1.50}
@ app.env
| export USER=app
| PASSWORD="quoted value" # not a comment
@ app.ini
| ; settings
| [db]
| password = secret ; here
@ new-content.yaml
| token: abc
$ underseal init
> made an age key in …
> recipient …
> wrote …
$ underseal encrypt -i app.json
> sealed app.json
$ underseal decrypt app.json
> {"user": "app", "ratio": 1.50}
$ underseal decrypt --output-type yaml app.json
> user: app
> ratio: 1.5
$ underseal encrypt -i app.env
> sealed app.env
$ underseal decrypt app.env
> export USER=app
> PASSWORD="quoted value" # not a comment
$ underseal encrypt -i app.ini
> sealed app.ini
$ underseal decrypt app.ini
> ; settings
> [db]
> password = secret ; here
$ underseal decrypt --output-type dotenv app.ini
? 4
! underseal: FORMAT_UNFIT: a dotenv file cannot hold this value
!   at app.ini
!   path DEFAULT
!   fix: Choose another --output-type: this one cannot hold the value.
$ underseal edit new.yaml
e new-content.yaml
! sealed new.yaml
$ underseal decrypt new.yaml
> token: abc
$ underseal decrypt --extract token new.yaml --output token.txt
> opened token.txt
~ token.txt abc
@ drift/app.yaml
| data:
|   password: one
$ underseal encrypt -i drift/app.yaml --encrypted-regex ^password$
> sealed drift/app.yaml
$ underseal set drift/app.yaml data.token --value-stdin
< two
? 8
! underseal: warning: SELECTION_DRIFT: the file keeps encrypted_regex "^password$", its rule has unencrypted_suffix "_unencrypted" today
!   at drift/app.yaml
! underseal: SELECTION_DRIFT: a new value would be stored in clear: today's rule encrypts it, the selection that the file keeps does not
!   at drift/app.yaml
!   path data.token
!   fix: Open the file and seal it again under today's rule, or pass --keep-selection to store the value in clear.
~! drift/app.yaml two
$ underseal set drift/app.yaml data.token --value-stdin --keep-selection
< two
! set data.token in drift/app.yaml (in clear, as the file's selection says)
~ drift/app.yaml two
