//! Identifiers of Vietnam.

use tutela_detect::Entity;

use crate::{find, no, nothing, yes};

#[test]
fn citizen_id() {
    yes(
        Entity::VnCitizenId,
        &[
            "Số CCCD: ⟦049187012345⟧ cấp ngày 01/7/2021",
            "Căn cước công dân số ⟦001085012345⟧",
            "so cccd ⟦079302012345⟧, ho khau tinh",
            "Ông A, số định danh cá nhân ⟦040 085 012 345⟧",
            "CCCD⟦049187012345⟧",
            "{\"so_cccd\": \"⟦049187012345⟧\"}",
            "ID card no. ⟦049187012345⟧ issued in Da Nang",
            "Mã số thuế cá nhân: ⟦049187012345⟧",
            "Người khai mang giấy tờ ⟦049.187.012.345⟧ (CCCD), quê ở Quảng Nam, số căn cước ⟦049187012345⟧",
            "CMND/CCCD: 201234567/⟦049187012345⟧",
            "CCCD: ⟦O49187O12345⟧ (quét từ bản giấy)",
            "1,Nguyễn Thị Mẫu,⟦049187012345⟧,Đà Nẵng",
        ],
    );
    no(
        Entity::VnCitizenId,
        &[
            "Mã tỉnh sai: 005187012345",
            "Mã lô 049187012345 đã kiểm",
            "Đơn hàng 049187012345",
            "Giá trị hợp đồng 123.187.012.345 đồng",
            "049187012345678",
            "x049187012345y",
            "id-049187012345-7",
            "CCCD: 049187",
            "GPLX số 790195012345",
        ],
    );
    let found = find("Số CCCD: 049187012345");
    let why: Vec<_> = found[0].why.iter().map(ToString::to_string).collect();
    assert_eq!(why, ["12 digits", "province 049", "born 1987", "label 'cccd'"]);
}

#[test]
fn old_id() {
    yes(
        Entity::VnOldId,
        &[
            "CMND số ⟦201234567⟧",
            "Chứng minh nhân dân: ⟦201 234 567⟧ do Công an cấp",
            "so cmnd ⟦024567891⟧",
            "CMND/CCCD: ⟦201234567⟧/049187012345",
            "chứng minh thư ⟦201.234.567⟧",
            "CMND: ⟦2O1234567⟧",
        ],
    );
    no(
        Entity::VnOldId,
        &[
            "201234567",
            "Số tiền 201.234.567 đồng",
            "CMND: 20123456",
            "Mã đơn 201234567",
            "BIK 044525225",
        ],
    );
}

#[test]
fn tax_code() {
    yes(
        Entity::VnTaxCode,
        &[
            "Mã số thuế: ⟦0100233488⟧",
            "MST ⟦0314409058-002⟧",
            "MST:⟦0101234565⟧",
            "ma so thue ⟦0109654321⟧",
            "Bên mua hàng ⟦0401239878⟧ đã xác nhận.",
            "tax_code=⟦3601122336⟧",
            "Tax code: ⟦0301234562⟧",
        ],
    );
    no(
        Entity::VnTaxCode,
        &[
            "MST 0100233489",
            "Mã số thuế: 0314409058-000",
            "Order 0100233488",
            "timestamp 1732406400",
            "Số điện thoại 0912345678",
            "0100233488123",
        ],
    );
}

#[test]
fn insurance() {
    yes(
        Entity::VnHealthInsurance,
        &[
            "Thẻ BHYT: ⟦DN4010123456789⟧",
            "mã thẻ bảo hiểm y tế ⟦HS4480123456789⟧",
            "Số thẻ BHYT: ⟦DN 4 01 01 23456789⟧",
            "Bảo hiểm y tế ⟦TE1790123456789⟧",
            "bhyt=⟦GD4790123456789⟧",
        ],
    );
    no(
        Entity::VnHealthInsurance,
        &[
            "Mã ZZ4010123456789",
            "DN9010123456789",
            "DN401012345678",
            "DN40101234567890",
            "Số seri DN4010",
        ],
    );
    yes(
        Entity::VnSocialInsurance,
        &[
            "Mã số BHXH: ⟦7912345678⟧",
            "Sổ bảo hiểm xã hội số ⟦0112345678⟧",
            "so bhxh ⟦4801234567⟧",
            "mã định danh y tế: ⟦4801234567⟧",
            "bao_hiem_xa_hoi: ⟦4801234567⟧",
        ],
    );
    no(
        Entity::VnSocialInsurance,
        &[
            "7912345678",
            "BHXH tỉnh, công văn 1351/QĐ-BHXH",
            "BHXH: 79123",
            "Đơn hàng 7912345678",
            "BHXH 791234567890123",
        ],
    );
}

#[test]
fn passport_and_licence() {
    yes(
        Entity::VnPassport,
        &[
            "Hộ chiếu số ⟦B1234567⟧, cấp tại Hà Nội",
            "Số hộ chiếu: ⟦C7654321⟧",
            "Ông mang hộ chiếu ⟦N1234567⟧ của Việt Nam",
            "Passport No: ⟦P12345678⟧ – quốc tịch Việt Nam, họ tên như trên",
            "ho chieu ⟦K1234567⟧",
        ],
    );
    no(
        Entity::VnPassport,
        &[
            "Code XB1234567",
            "Mã hàng B12345",
            "Công văn số 826/UBND-NC",
            "Hộ chiếu hết hạn năm 2025",
            "Passport to Success 2024",
        ],
    );
    yes(
        Entity::VnDriverLicence,
        &[
            "GPLX số ⟦790195012345⟧ hạng B2",
            "Giấy phép lái xe: ⟦480212345678⟧",
            "Bằng lái ⟦790195012345⟧",
            "gplx: ⟦010187001234⟧",
            "giay phep lai xe so ⟦010187001234⟧",
        ],
    );
    no(
        Entity::VnDriverLicence,
        &[
            "790195012345",
            "GPLX 79019501234",
            "CCCD 049187012345",
            "GPLX hạng B2, năm 2020",
            "Mã lô 790195012345",
        ],
    );
}

#[test]
fn plates() {
    yes(
        Entity::VnPlate,
        &[
            "Xe ô tô biển số ⟦51F-123.45⟧",
            "BKS ⟦29A-1234⟧",
            "xe máy ⟦59-X1 123.45⟧ của ông A",
            "biển kiểm soát: ⟦30F-12345⟧",
            "Biển số xe ⟦43A12345⟧",
            "Xe mang biển ⟦29B1-234.56⟧ đã đỗ ở đây",
        ],
    );
    no(
        Entity::VnPlate,
        &[
            "Quyết định 51/QĐ-UBND ngày 12/3/2024",
            "Mã 10A-123.45",
            "Nghị định 13/2023/NĐ-CP",
            "Cỡ giấy 21A-4",
            "phiên bản 51F-1",
            "30F-12",
        ],
    );
}

#[test]
fn phones() {
    yes(
        Entity::PhoneNumber,
        &[
            "Điện thoại: ⟦0905.407.123⟧",
            "SĐT ⟦0905407123⟧",
            "ĐT: ⟦(+84) 905407123⟧ hoặc ⟦+84 905 407 123⟧",
            "sdt:⟦0905 407 123⟧",
            "SĐT⟦0905407123⟧",
            "Gọi ⟦0905-407-123⟧ nhé",
            "Điện thoại cố định ⟦024 3822 1234⟧, fax ⟦0236.3822123⟧",
            "Liên hệ ⟦+84 (0)905 407 123⟧",
            "số máy cũ ĐT: ⟦01234567890⟧",
            "Số điện thoại: ⟦0905407123⟧/⟦0914567123⟧",
            "msisdn=⟦84905407123⟧",
            "ĐT: ⟦3822 1234⟧",
            "Zalo ⟦0905 40 71 23⟧",
        ],
    );
    no(
        Entity::PhoneNumber,
        &[
            "Hotline 1900 1234",
            "Tổng đài 18001091",
            "Công văn số 0905/UBND-NC",
            "Số tiền 905.407.123 đồng",
            "mất hai điện thoại và 300.000 đồng",
            "Ngày 09/05/2024, mục 0407",
            "0104071234",
            "mã 00905407123456",
            "Nghị định 13/2023/NĐ-CP và 152-ФЗ",
        ],
    );
}

#[test]
fn household_and_codes() {
    yes(
        Entity::VnHouseholdBook,
        &[
            "Sổ hộ khẩu số ⟦480123456⟧",
            "hộ khẩu số: ⟦790123456⟧",
            "so ho khau ⟦480123456⟧",
            "Sổ hộ khẩu: ⟦480 123 456⟧",
            "SỔ HỘ KHẨU ⟦480123456⟧",
        ],
    );
    no(
        Entity::VnHouseholdBook,
        &[
            "480123456",
            "Sổ hộ khẩu 12",
            "Mã đơn 480123456",
            "CMND 480123456",
            "hộ khẩu năm 2023",
        ],
    );
    nothing(&[
        "Căn cứ Nghị định số 13/2023/NĐ-CP ngày 17/4/2023 của Chính phủ;",
        "Công văn 826/UBND-NC ngày 20/02/2024, trang 3/12",
        "Tổng giá trị 1.234.567.000 đồng, gồm 10.000.000 đồng tạm ứng",
        "Dưới 16 tuổi; từ đủ 18 tuổi trở lên",
        "Mẫu số 08, Phụ lục III, Quyết định 724/QĐ-BTTTT",
        "Diện tích 1.250,5 m2; tỷ lệ 1/2000; năm 2019-2023",
    ]);
}

#[test]
fn qr_code_of_a_card() {
    let text = "049187012345|201234567|Nguyễn Thị Mẫu|01021987|Nữ|Tổ 1, Đà Nẵng|15072021";
    let found = find(text);
    let types: Vec<_> = found.iter().map(|f| f.entity).collect();
    assert_eq!(types, [Entity::VnCitizenId, Entity::VnOldId, Entity::DateOfBirth]);
    assert!(find("049187012345|x|Nguyễn Thị Mẫu|99021987|Nữ|Đà Nẵng|15072021").len() < 3);
}
