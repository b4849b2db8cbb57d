package io.releve.mysql.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An authority's certificates, of a PEM file, as a key store in a temporary file: MySQL Connector/J reads nothing else. What is
 * in it is public.
 *
 * @param file the key store, of type PKCS12
 * @param modified when the PEM file was last written
 */
record TrustStore(Path file, FileTime modified) {

    static final String TYPE = "PKCS12";

    /** A key store must have one; there is nothing secret in this one. */
    static final String PASSWORD = "public";

    private static final Map<Path, TrustStore> KNOWN = new ConcurrentHashMap<>();

    /**
     * The key store for a PEM file; made once, and again when the file has changed.
     *
     * @throws IOException if the file cannot be read
     * @throws GeneralSecurityException if there is no certificate in it
     */
    static TrustStore of(Path authority) throws IOException, GeneralSecurityException {
        FileTime modified = Files.getLastModifiedTime(authority);
        TrustStore known = KNOWN.get(authority);
        if (known != null && known.modified.equals(modified)) {
            return known;
        }
        TrustStore made = new TrustStore(write(read(authority)), modified);
        KNOWN.put(authority, made);
        return made;
    }

    private static KeyStore read(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + store.size(), certificate);
            }
        }
        if (store.size() == 0) {
            throw new GeneralSecurityException("there is no certificate in it");
        }
        return store;
    }

    private static Path write(KeyStore store) throws IOException, GeneralSecurityException {
        Path file = Files.createTempFile("releve-authority", ".p12");
        file.toFile().deleteOnExit();
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }
}
