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

    /** The server makes its own certificates. MariaDB 11.4 takes 5 to 11 seconds for that at each start. */
    static Tls automatic() {
        return new Automatic();
    }

    /** No encryption. */
    static Tls off() {
        return new Off();
    }
}
