# The main job: rules and a key, seal, look, change, open.
@ secrets/app.yaml
| # settings
| db:
|   user: app   # login
|   password: "s3cret"
|   ports: [5432, 0x1F]
$ underseal init
> made an age key in $PWD/home/.config/sops/age/keys.txt
> recipient age1…
> wrote $PWD/.sops-config.yaml
m home/.config/sops/age/keys.txt 600
m home/.config/sops/age 700
$ underseal init
? 3
! underseal: OUTPUT_EXISTS: this folder has a config file already
!   at $PWD/.sops-config.yaml
!   fix: Choose another place, or pass --force to replace it.
$ underseal encrypt secrets/app.yaml
> #ENC[AES256_GCM,data:…,type:comment]
> db:
>   user: ENC[AES256_GCM,data:…,type:str]   #ENC[AES256_GCM,data:…,type:comment]
>   password: "ENC[AES256_GCM,data:…,type:str]"
>   ports: ["ENC[AES256_GCM,data:…,type:int]~", "ENC[AES256_GCM,data:…,type:int]~…"]
> sops:
>     age:
>         - enc: |
>             -----BEGIN AGE ENCRYPTED FILE-----
>             …
>             …
>             …
>             …
>             …
>             -----END AGE ENCRYPTED FILE-----
>           recipient: age1…
>     lastmodified: "2026-11-24T12:00:00Z"
>     mac: ENC[AES256_GCM,data:…,type:str]
>     unencrypted_suffix: _unencrypted
>     version: 3.13.3
~ secrets/app.yaml s3cret
$ underseal encrypt -i secrets/app.yaml --json
> {"file":"secrets/app.yaml","output":"secrets/app.yaml"}
~! secrets/app.yaml s3cret
$ underseal encrypt -i secrets/app.yaml
? 203
! underseal: ALREADY_SEALED: the file is sealed already
!   at secrets/app.yaml
!   fix: Use `underseal edit` or `underseal set` to change a sealed file.
$ underseal verify secrets/app.yaml
> ok secrets/app.yaml
$ underseal decrypt secrets/app.yaml --output copy.yaml
> opened copy.yaml
m copy.yaml 600
$ underseal decrypt secrets/app.yaml --output copy.yaml
? 3
! underseal: OUTPUT_EXISTS: …
!   at $PWD/copy.yaml
!   fix: Choose another place, or pass --force to replace it.
$ underseal decrypt -i secrets/app.yaml
> opened secrets/app.yaml
= secrets/app.yaml
| # settings
| db:
|   user: app   # login
|   password: "s3cret"
|   ports: [5432, 0x1F]
$ underseal decrypt secrets/app.yaml
? 1
! underseal: NOT_SEALED: the file has no sops block
!   at secrets/app.yaml
!   fix: Seal it first with `underseal encrypt`.
