"""Mails of the sample day from the central office and from outside the treasury: finance, units, ministries, banks."""

from daemon.demo.story import Person, Sample, Step, typed
from daemon.desk.letters import LetterKind
from storage.tables import TicketState

NOTICE, DONE, ANSWER, QUESTION = LetterKind.NOTICE, LetterKind.DONE, LetterKind.ANSWER, LetterKind.QUESTION
FOLLOW_UP, ACKNOWLEDGEMENT = LetterKind.FOLLOW_UP, LetterKind.ACKNOWLEDGEMENT

CENTRE = (
    Sample(
        key="edoc-route",
        sender=Person("Đặng Thị Thanh Huyền", "huyendtt@vst.gov.vn"),
        subject="Edocman: văn bản đến không chuyển được cho lãnh đạo",
        body=typed("""
            Chào các bạn,
            Mình vào sổ công văn đến của Bộ trên Edocman nhưng khi bấm Chuyển xử lý thì danh sách người nhận trống, không chọn
            được lãnh đạo Văn phòng. Các văn bản hôm qua vẫn chuyển bình thường. Nhờ các bạn xem gấp, có văn bản hỏa tốc.

            Đặng Thị Thanh Huyền
            Văn thư – Văn phòng Kho bạc Nhà nước (trung ương)
        """),
        application="EDOC", province="TRUNG_UONG",
        steps=(
            Step(NOTICE, "#nhan"),
            Step(NOTICE, "#xong\nDanh sách người nhận đã đồng bộ lại từ sơ đồ tổ chức, chị chuyển lại văn bản giúp em ạ.", when=DONE),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="gdmc-queue",
        sender=Person("Phùng Đức Mạnh", "manhpd@vst.gov.vn"),
        subject="Giao dịch một cửa SGD không in được phiếu giao nhận",
        body=typed("""
            Quầy 5 và quầy 6 Sở Giao dịch vào chương trình Giao dịch một cửa lập phiếu giao nhận hồ sơ thì lưu được nhưng
            không in được, màn hình báo "Không tìm thấy mẫu in". Các quầy khác in tốt.
            Phùng Đức Mạnh, Sở Giao dịch KBNN
        """),
        application="GDMC", province="TRUNG_UONG",
        steps=(Step(NOTICE, "#xong\nMẫu in của quầy 5 và 6 bị thiếu sau khi cài lại máy, nhóm đã chép lại. Anh in thử giúp em."),),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="dmfas-loan",
        sender=Person("Lưu Hải Yến", "yenlh@vst.gov.vn"),
        subject="DMFAS - lịch trả nợ khoản vay ODA lệch kỳ",
        body=typed("""
            Kính gửi Phòng Hỗ trợ CNTT,
            Trên DMFAS, lịch trả nợ gốc của hiệp định vay WB số 5432-VN đang sinh kỳ đầu chậm 6 tháng so với hiệp định. Tôi đã
            kiểm tra tham số ngày bắt đầu, không thấy sai. Đề nghị kiểm tra thuật toán sinh lịch, hiệp định gửi kèm.

            Lưu Hải Yến – Cục Quản lý ngân quỹ, KBNN
        """),
        files=("hiep-dinh-vay.pdf",),
        application="DMFAS", province="TRUNG_UONG",
        steps=(
            Step(NOTICE, "#chuyen phong Phát triển ứng dụng\nNghi lỗi hàm sinh lịch khi thời gian ân hạn lẻ tháng, nhờ phòng kiểm tra."),
            Step(NOTICE, "#nhan"),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="portal-forum",
        sender=Person("Tạ Quang Huy", "huytq@vst.gov.vn"),
        subject="Đề xuất: diễn đàn nghiệp vụ trên Cổng thông tin cho tìm theo ngày",
        body=typed("""
            Chào anh chị, diễn đàn nghiệp vụ trên Cổng thông tin hiện chỉ tìm được theo từ khóa, tin bài cũ ra lẫn lộn.
            Đề xuất bổ sung lọc theo ngày đăng và theo chuyên mục. Không gấp ạ.
            Tạ Quang Huy - Cục Kế toán nhà nước, KBNN
        """),
        application="PORTAL", province="TRUNG_UONG",
    ),
)  # fmt: skip

OUTSIDE = (
    Sample(
        key="dvc-school",
        sender=Person("Trường THCS Lê Quý Đôn", "thcslequydon.eakar@gmail.com"),
        subject="Không ký số được hồ sơ trên dịch vụ công kho bạc",
        body=typed("""
            Kính gửi Kho bạc,
            Trường chúng tôi lập giấy rút dự toán trên Dịch vụ công trực tuyến, kế toán trưởng ký số được nhưng đến chủ tài
            khoản (hiệu trưởng) ký thì báo "Chứng thư số không trùng với người được phân quyền". Thầy hiệu trưởng mới về từ
            tháng trước, đã nộp hồ sơ thay đổi mẫu chữ ký. Mong được hướng dẫn, trường cần chuyển lương cho giáo viên.

            Nguyễn Thị Mai – Kế toán Trường THCS Lê Quý Đôn
            Huyện Ea Kar, tỉnh Đắk Lắk. ĐT 0262 3625 117
        """),
        application="DVC", province="Đắk Lắk",
        steps=(
            Step(NOTICE, "#hỏi\nChị Mai cho biết mã ĐVQHNS của trường và số sê-ri chứng thư số mới của thầy hiệu trưởng ạ?"),
            Step(QUESTION, "Mã ĐVQHNS: 1098765. Số sê-ri chứng thư mới: 54 01 01 0B 7C 2E 91. Nhờ anh chị xem giúp."),
            Step(FOLLOW_UP, typed("""
                #xong
                Em đã cập nhật chứng thư số mới cho tài khoản chủ tài khoản của trường. Chị nhờ thầy đăng xuất, cắm lại token
                rồi ký lại hồ sơ giúp em nhé.
            """)),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="dvc-commune",
        sender=Person("ubnd xa tan thanh", "ketoan.xatanthanh@gmail.com"),
        subject="dvc bao loi khi gui ho so",
        body=typed("""
            Xin chao. Xa toi gui ho so chi tren dich vu cong truc tuyen kbnn tu hom qua, bam gui thi quay mai roi bao
            "He thong dang ban, vui long thu lai sau". Thu ca buoi sang van khong duoc. De nghi kho bac kiem tra.

            Nguyen Van Ut - ke toan UBND xa Tan Thanh, huyen Giong Rieng, Kien Giang
        """),
        application="DVC", province="Kiên Giang",
        steps=(
            Step(NOTICE, "#nhan"),
            Step(NOTICE, "#chuyen muc {up}\nMáy chủ tiếp nhận hồ sơ trả lời chậm trên 60 giây, nhờ nhóm kiểm tra.", when=DONE),
            Step(NOTICE, "#xong\nMáy chủ tiếp nhận đã được khởi động lại lúc 9:50, hồ sơ gửi bình thường."),
            Step(LetterKind.RESULT, typed("""
                #xong
                Chào anh Út, hệ thống đã gửi được bình thường từ 9:50, anh gửi lại hồ sơ giúp chúng tôi. Xin lỗi anh về
                sự chậm trễ.
            """)),
        ),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="dvc-ministry",
        sender=Person("Hoàng Lan Chi", "chihl@moet.gov.vn"),
        subject="Tài khoản dịch vụ công của Vụ Kế hoạch – Tài chính bị khóa",
        body=typed("""
            Kính gửi Kho bạc Nhà nước,
            Tài khoản kế toán trưởng của đơn vị chúng tôi trên trang Dịch vụ công trực tuyến KBNN bị khóa do nhập sai mật khẩu
            nhiều lần. Đề nghị mở khóa hoặc hướng dẫn thủ tục cấp lại. Đơn vị giao dịch tại Sở Giao dịch KBNN.

            Trân trọng.
            Hoàng Lan Chi
            Vụ Kế hoạch – Tài chính, Bộ Giáo dục và Đào tạo, 35 Đại Cồ Việt, Hà Nội
        """),
        application="DVC", province="Hà Nội",
        steps=(Step(NOTICE, typed("""
                #xong
                Tài khoản của chị đã được mở khóa, mật khẩu tạm gửi vào số điện thoại đã đăng ký. Chị đổi mật khẩu khi
                đăng nhập lần đầu.
            """)),),
        ends=TicketState.RESOLVED,
    ),
    Sample(
        key="tabmis-finance",
        sender=Person("Lê Đình Khôi", "khoild@sotaichinh.thanhhoa.gov.vn"),
        subject="Sở Tài chính Thanh Hóa không phân bổ được dự toán trên TABMIS",
        body=typed("""
            Kính gửi KBNN,
            Phòng Ngân sách Sở Tài chính phân bổ dự toán bổ sung cấp 1 trên phân hệ BA của TABMIS thì báo "Funds check failed",
            số dư nguồn theo báo cáo vẫn còn hơn 12 tỷ. Bảng kê chi tiết tổ hợp tài khoản gửi kèm. Đề nghị hỗ trợ sớm vì chiều
            nay phải trình UBND tỉnh.

            Lê Đình Khôi – Phòng Quản lý ngân sách, Sở Tài chính Thanh Hóa
        """),
        files=("to-hop-tai-khoan.csv", "quyet-dinh-bo-sung.pdf"),
        application="TABMIS", province="Thanh Hóa",
        steps=(
            Step(NOTICE, "#chuyển mức {up}\nSở TC phân bổ cấp 1 bị Funds check failed dù còn nguồn, đề nghị nhóm kiểm tra tổ hợp."),
            Step(NOTICE, "Nguồn đã bị giữ bởi bút toán phân bổ dở dang số BA-00917, nhờ phòng bảo Sở hủy bút toán này rồi phân bổ lại."),
            Step(LetterKind.RESULT, typed("""
                Kính gửi anh Khôi, nguồn đang bị giữ bởi bút toán dở dang BA-00917, anh hủy bút toán này rồi phân bổ lại
                là được ạ.
            """)),
            Step(ANSWER, "Đã hủy BA-00917 và phân bổ xong. Cảm ơn các anh chị."),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="warehouse",
        sender=Person("Mai Anh Tú", "tuma@sotaichinh.dongnai.gov.vn"),
        subject="Truy vấn kho dữ liệu TABMIS thiếu số liệu chi ngân sách xã",
        body=typed("""
            Gửi KBNN, em khai thác báo cáo chi ngân sách xã từ Kho dữ liệu TABMIS bằng tiện ích truy vấn thì thiếu hẳn số liệu
            tuần này, dữ liệu mới nhất là thứ Sáu tuần trước. Nhờ kiểm tra giúp em tiến trình cập nhật kho dữ liệu.

            Mai Anh Tú, Sở Tài chính Đồng Nai
        """),
        application="KDL_TABMIS", province="Đồng Nai",
    ),
    Sample(
        key="msns-project",
        sender=Person("Ban QLDA huyện Sông Mã", "bqlda.songma@sonla.gov.vn"),
        subject="Xin cấp mã số dự án đầu tư",
        body=typed("""
            Kính gửi Kho bạc Nhà nước, Ban QLDA ĐTXD huyện Sông Mã nộp hồ sơ đề nghị cấp mã số đơn vị quan hệ ngân sách cho dự án
            "Nhà lớp học Trường PTDTBT Mường Hung" đã 5 ngày mà chưa nhận được giấy chứng nhận mã số. Nhờ kiểm tra trạng thái hồ sơ.

            Cà Văn Pành – Ban QLDA huyện Sông Mã, tỉnh Sơn La
        """),
        application="MSNS", province="Sơn La",
        steps=(Step(NOTICE, "#nhan"),),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="assets-hospital",
        sender=Person("Bệnh viện Đa khoa Vĩnh Tường", "tckt.bvvinhtuong@gmail.com"),
        subject="Kê khai đăng ký tài sản nhà nước – xe cứu thương",
        body=typed("""
            Bệnh viện nhập mẫu 02-ĐK kê khai xe cứu thương vào phần mềm Đăng ký tài sản nhà nước thì báo trùng biển kiểm soát,
            trong khi xe mới mua lần đầu kê khai. Xin được hướng dẫn cách xử lý.
            Phòng Tài chính kế toán – Bệnh viện Đa khoa huyện Vĩnh Tường, Vĩnh Phúc
        """),
        application="DKTS", province="Vĩnh Phúc",
    ),
    Sample(
        key="customs-data",
        sender=Person("Đỗ Thành Nam", "namdt2@customs.gov.vn"),
        subject="Đối chiếu dữ liệu thu hải quan với kho bạc lệch 2 gói tin",
        body=typed("""
            Kính gửi KBNN, Chi cục Hải quan cửa khẩu Hữu Nghị đối chiếu số thu ngày hôm qua với Kho bạc qua cổng trao đổi thông
            tin phối hợp thu NSNN thì thiếu 2 gói tin giấy nộp tiền phía Kho bạc chưa truyền sang. Đề nghị kiểm tra nhật ký truyền nhận.

            Đỗ Thành Nam, Chi cục Hải quan cửa khẩu Hữu Nghị, Lạng Sơn
        """),
        application="PHT", province="Lạng Sơn",
        steps=(Step(NOTICE, "#chuyen muc {up}\nNhật ký truyền nhận ở tỉnh không có 2 gói này, nhờ nhóm kiểm tra ở trục trung tâm."),),
        ends=TicketState.IN_PROGRESS,
    ),
    Sample(
        key="army-unit",
        sender=Person("Nguyễn Văn Chiến", "chiennv.kbkg@vst.gov.vn"),
        subject="Chương trình KTKB-ANQP báo lỗi khi nhập chi quốc phòng",
        body=typed("""
            Đề nghị hỗ trợ: nhập chứng từ chi của đơn vị dự toán quân đội trên KTKB-ANQP, bước kiểm soát báo "Sai cấu trúc mã
            nhiệm vụ". Chứng từ tháng trước cùng mã vẫn nhập được.
            Chiến - KBNN Hòa Vang, Đà Nẵng
        """),
        application="ANQP", province="Đà Nẵng",
    ),
    Sample(
        key="token-lost",
        sender=Person("Quách Thị Tuyết", "tuyetqt@vst.gov.vn"),
        subject="Mất token chữ ký số",
        body=typed("""
            Em xin báo cáo: hôm qua đi giao dịch ngân hàng em làm thất lạc token (chứng thư số cá nhân). Đề nghị anh chị thu hồi
            chứng thư cũ và hướng dẫn thủ tục cấp lại ạ. Trong lúc chờ em không ký được chương trình nào.

            Quách Thị Tuyết – KBNN Lạc Sơn, Hòa Bình
        """),
        application="TAI_KHOAN", province="Hòa Bình",
        steps=(
            Step(ACKNOWLEDGEMENT, "Em bổ sung: số hiệu token in trên vỏ là BCY-0031742, mất khoảng 15 giờ chiều qua ạ."),
            Step(FOLLOW_UP, typed("""
                #nhan
                #traloi
                Đã gửi yêu cầu thu hồi khẩn chứng thư của em. Em ký mẫu 07 (đề nghị cấp lại) rồi gửi bản giấy về phòng nhé.
            """)),
        ),
        ends=TicketState.IN_PROGRESS,
    ),
)  # fmt: skip
