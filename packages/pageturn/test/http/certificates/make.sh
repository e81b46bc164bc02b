#!/bin/sh
# Makes the certificates of the TLS tests, which nothing trusts: run it in this folder. They are valid until 2126.
set -eu
days=36500
config=$(mktemp -d)
trap 'rm -rf "$config"' EXIT

# new_key NAME
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key.pem" 2>/dev/null; }

# sign NAME SUBJECT_ALT_NAME USAGE [more arguments of openssl ca]
sign() {
  name=$1 alt=$2 usage=$3
  shift 3
  new_key "$name"
  openssl req -new -key "$name.key.pem" -subj "/O=pageturn tests/CN=$name" -out "$config/$name.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$alt" "$usage" > "$config/extensions"
  openssl ca -batch -notext -config "$config/ca.conf" -extfile "$config/extensions" -days $days "$@" \
    -in "$config/$name.csr" -out "$name.cert.pem" 2>/dev/null
}

touch "$config/index.txt"
cat > "$config/ca.conf" <<CONF
[ca]
default_ca = test
[test]
database = $config/index.txt
new_certs_dir = $config
rand_serial = yes
default_md = sha256
unique_subject = no
policy = any
certificate = authority.cert.pem
private_key = authority.key.pem
[any]
O = optional
CN = supplied
CONF

new_key authority
openssl req -x509 -new -key authority.key.pem -days $days -subj "/O=pageturn tests/CN=authority" -out authority.cert.pem
sign server DNS:localhost,IP:127.0.0.1,IP:::1 serverAuth
sign other-name DNS:other.example serverAuth
sign expired DNS:localhost,IP:127.0.0.1 serverAuth -startdate 20200101000000Z -enddate 20200102000000Z
sign client DNS:client.example clientAuth
openssl pkcs12 -export -inkey client.key.pem -in client.cert.pem -passout pass:pageturn -out client.p12
openssl pkcs8 -topk8 -in client.key.pem -passout pass:pageturn -out client.locked.pem
new_key self-signed
openssl req -x509 -new -key self-signed.key.pem -days $days -subj "/O=pageturn tests/CN=self-signed" \
  -addext subjectAltName=IP:127.0.0.1 -out self-signed.cert.pem
# Nothing is signed with it any more.
rm authority.key.pem
