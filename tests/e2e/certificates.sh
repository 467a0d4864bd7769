# certificates.sh -- an authority made for one test and two servers' certificates
# by it, sourced by scripts here: DIR/ca.pem; DIR/right.pem for 127.0.0.1,
# DIR/wrong.pem for another name, each with its key.

make_certificates() { # make_certificates DIR
	local dir=$1 key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
	openssl req -x509 $key -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 2 \
		-subj "/CN=made for a test" 2>/dev/null || return 1
	local name
	for name in right=IP:127.0.0.1 wrong=DNS:elsewhere.test; do
		local file=$dir/${name%%=*}
		openssl req $key -keyout "$file.key" -out "$file.csr" -subj "/CN=a server" 2>/dev/null &&
			openssl x509 -req -in "$file.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 2 \
				-extfile <(echo "subjectAltName=${name#*=}") -out "$file.crt" 2>/dev/null || return 1
		cat "$file.key" "$file.crt" >"$file.pem"
	done
}
