#include "trustee/anonymise/profile/column_words.h"

#include <array>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

namespace {

/// How a word must stand in a name.
enum class Match { part, whole };

struct WordList {
  ColumnRole role;
  Match match;
  bool is_remark;
  std::string_view words;  ///< folded, spaces between; an underscore where words follow another
};

constexpr WordList subjects(Match match, std::string_view words) {
  return {ColumnRole::subject, match, false, words};
}
constexpr WordList identifiers(Match match, std::string_view words) {
  return {ColumnRole::identifier, match, false, words};
}
constexpr WordList quasi(Match match, std::string_view words) {
  return {ColumnRole::quasi_identifier, match, false, words};
}
constexpr WordList sensitive(std::string_view words) {
  return {ColumnRole::sensitive, Match::part, false, words};
}
constexpr WordList remarks(std::string_view words) {
  return {ColumnRole::identifier, Match::part, true, words};
}

constexpr std::array lists{
    subjects(Match::whole, "id uid key pid"),
    subjects(Match::part,
             "subject subject_id patient_id patientid person_id personid participant_id "
             "respondent_id user_id userid customer_id client_id member_id student_id employee_id "
             "id_patient id_person id_personne id_persona id_paciente id_client id_cliente "
             "numero_patient patienten_id patientennummer kundennummer kunden_nr kundennr "
             "personalnummer mitarbeiternummer proband probanden_id mrn medical_record_number "
             "identifiant numero_paciente codice_paziente patientnummer klantnummer"),
    identifiers(Match::whole,
                "name names nom noms nome nombre naam vorname nir dni nif nie cpf rut ip mac ssn "
                "login handy mobile portable movil cellulare"),
    identifiers(Match::part,
                "email e_mail mail courriel correo phone telephone tel telefon telefono telefone "
                "telefoon mobile_number cell_phone cellphone handynummer movil fax passport "
                "passeport reisepass pasaporte passaporto paspoort ssn social_security "
                "social_security_number national_id nationalid insurance_number "
                "numero_securite_sociale securite_sociale sozialversicherungsnummer "
                "versichertennummer versicherungsnummer steuernummer steuer_id seguridad_social "
                "codice_fiscale bsn cpf curp iban bic account_number account_no kontonummer "
                "credit_card card_number kreditkarte tarjeta numero_de_compte licence_plate "
                "license_plate plate_number kennzeichen immatriculation matricula targa vin "
                "ip_address ipaddress mac_address device_id imei cookie user_name username login "
                "benutzername utilisateur usuario surname last_name lastname family_name "
                "first_name firstname given_name middle_name full_name fullname maiden_name "
                "customer_name patient_name person_name contact_name nom_de_famille prenom prenoms "
                "nachname familienname geburtsname apellido apellidos nombre_completo cognome "
                "sobrenome achternaam voornaam address adresse anschrift direccion domicilio "
                "indirizzo endereco adres street strasse rue calle straat "
                "hausnummer house_number url website homepage photo picture foto signature "
                "unterschrift firma_digital fingerprint"),
    quasi(Match::whole, "cp plz cap ort land state zip lat lon lng sexo sesso"),
    quasi(Match::part,
          "age alter edad eta idade leeftijd sex sexe sexo sesso gender genre genero geschlecht "
          "geslacht birth birthday birthdate birth_date date_of_birth dob birth_year year_of_birth "
          "naissance date_de_naissance geburt geburtsdatum geburtsjahr geburtstag nacimiento "
          "fecha_de_nacimiento fecha_nacimiento nascita data_di_nascita nascimento geboortedatum "
          "zip zipcode zip_code postcode post_code postal postal_code code_postal plz postleitzahl "
          "codigo_postal codice_postale city town ville stadt wohnort ort ciudad municipio citta "
          "cidade comune commune gemeinde county departement provincia kreis landkreis bundesland "
          "kanton canton region state province country pays pais paese land wohnland latitude "
          "longitude geo location nationality nationalite nationalitat nationalitaet "
          "staatsangehorigkeit staatsangehoerigkeit nacionalidad nazionalita citizenship "
          "native_country race ethnicity ethnic ethnie raza etnia herkunft marital "
          "marital_status civil_status etat_civil situation_familiale familienstand estado_civil "
          "stato_civile burgerlijke_staat education schooling etudes diplome bildung "
          "schulabschluss bildungsabschluss educacion estudios istruzione titolo_di_studio "
          "occupation job profession metier beruf profesion ocupacion professione beroep employer "
          "employeur arbeitgeber empleador workclass children enfants kinder hijos figli "
          "household_size haushalt admission admission_date discharge_date date_of_death "
          "todesdatum deces language langue sprache idioma lingua height weight taille poids "
          "grosse gewicht"),
    sensitive(
        "diagnosis diagnoses diagnose diagnostic diagnostico diagnosi disease illness maladie "
        "krankheit erkrankung enfermedad malattia doenca ziekte icd symptom symptoms symptome "
        "sintomas treatment traitement behandlung therapie tratamiento terapia medication drug "
        "medicament medikament medicamento farmaco allergy allergie alergia hiv blood_type "
        "blutgruppe income salary wage wages revenu salaire einkommen gehalt lohn ingresos salario "
        "sueldo reddito stipendio renda inkomen salary_class net_worth debt dette schulden deuda "
        "balance credit_score religion religious konfession religione party political politik "
        "politique opinion union gewerkschaft syndicat orientation sexual disability handicap "
        "behinderung discapacidad disabilita criminal conviction offence offense genotype genome "
        "genetic pregnancy pregnant grossesse schwangerschaft embarazo outcome test_result "
        "affairs"),
    remarks(
        "note notes notizen notiz nota notas comment comments commentaire commentaires kommentar "
        "kommentare comentario comentarios commento remark remarks remarque remarques bemerkung "
        "bemerkungen anmerkung anmerkungen observation observations observaciones osservazioni "
        "opmerking description beschreibung descripcion descrizione narrative free_text freitext "
        "texte_libre texto_libre message nachricht mensaje feedback anamnese anamnesis "
        "complaint"),
    // Written without spaces: found anywhere in a name.
    identifiers(Match::part, "姓名 名字 电话 手机 邮箱 地址 身份证 氏名 住所"),
    quasi(Match::part, "性别 年龄 出生 邮编 城市 国籍 民族 职业 婚姻 年齢 性別"),
    sensitive("诊断 疾病 收入 工资 宗教 診断"),
    remarks("备注 备考 说明"),
};

/// The base letter of a letter with an accent, or of ß and the like, in lower case; empty for
/// others.
std::string_view folded_letter(unsigned char second) {
  // U+00C0 to U+00FF, which are C3 80 to C3 BF; capitals and small letters stand 32 apart.
  constexpr std::array<std::string_view, 32> letters{
      "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
      "d", "n", "o", "o", "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y"};
  if (second == 0x9F) return "ss";
  return letters[(second - 0x80U) % 32];
}

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// `birthDate` and `ZIPCode` have two words each.
bool starts_word(std::string_view name, std::size_t at) {
  if (at == 0 || !is_capital(name[at])) return false;
  if (is_small(name[at - 1])) return true;
  return is_capital(name[at - 1]) && at + 1 < name.size() && is_small(name[at + 1]);
}

bool stands_in(std::string_view folded, std::string_view word, Match match) {
  if (static_cast<unsigned char>(word.front()) >= 0x80)
    return folded.find(word) != std::string_view::npos;
  const std::string bounded = "_" + std::string(word) + "_";
  return match == Match::whole ? folded == bounded : folded.find(bounded) != std::string_view::npos;
}

}  // namespace

std::string folded_name(std::string_view column) {
  std::string folded = "_";
  const auto end_word = [&] {
    if (folded.back() != '_') folded += '_';
  };
  for (std::size_t at = 0; at < column.size(); ++at) {
    const char c = column[at];
    const auto byte = static_cast<unsigned char>(c);
    if (starts_word(column, at)) end_word();
    if (is_small(c)) {
      folded += c;
    } else if (is_capital(c)) {
      folded += static_cast<char>(c - 'A' + 'a');
    } else if (byte == 0xC3 && at + 1 < column.size()) {
      folded += folded_letter(static_cast<unsigned char>(column[++at]));
    } else if (byte >= 0x80) {
      folded += c;
    } else {
      end_word();
    }
  }
  end_word();
  return folded;
}

std::optional<TellingWord> telling_word(std::string_view column) {
  const std::string folded = folded_name(column);
  std::optional<TellingWord> found;
  for (const WordList& list : lists)
    for (const std::string_view word : split(list.words, ' '))
      if (!word.empty() && stands_in(folded, word, list.match) &&
          (!found || word.size() > found->word.size()))
        found = TellingWord{std::string(word), list.role, list.is_remark};
  return found;
}

}  // namespace usufruct::anonymise
