package io.releve.mysql.config;

import java.nio.file.Path;

/** How a server and those who connect to it encrypt. */
public sealed interface Tls {

    /** The server encrypts with certificates that it makes itself; clients encrypt and do not check who answers. */
    record Automatic() implements Tls {}

    /** No encryption. For networks that nobody else can listen to. */
    record Off() implements Tls {}

    /**
     * The server shows this certificate; clients encrypt.
     *
     * @param authority PEM file of the authority that signed it
     * @param certificate PEM file of the server's certificate
     * @param key PEM file of its key
     */
    record Certificate(Path authority, Path certificate, Path key) implements Tls {}

    /**
     * Clients encrypt, and refuse a server that cannot prove what it is. For clients alone: of the server's own certificate it says
     * nothing.
     *
     * @param authority PEM file of the authority's certificate, or of several; read again when it changes
     * @param identity whether the certificate must also be made out for the host name or address that the cluster knows the server by;
     *     otherwise any certificate of that authority will do
     */
    record Verified(Path authority, boolean identity) implements Tls {}

    /** Clients refuse a server whose certificate that authority has not signed. */
    static Verified verifyAuthority(Path authority) {
        return new Verified(authority, false);
    }

    /**
     * Clients refuse a server whose certificate that authority has not signed, or which is not made out for the host name or address by
     * which it is reached.
     */
    static Verified verifyIdentity(Path authority) {
        return new Verified(authority, true);
    }

    /** The server makes its own certificates. MariaDB 11.4 takes 5 to 11 seconds for that at each start. */
    static Tls automatic() {
        return new Automatic();
    }

    /** No encryption. */
    static Tls off() {
        return new Off();
    }
}
